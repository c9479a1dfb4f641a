/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_GIVEN_H
#define KCOV_SYMBOLIZE_GIVEN_H

#include "host.h"
#include "image-index.h"
#include "table.h"

#include <pthread.h>

/*
 * Modules that were given to an image by itself: no kernel says where they lie, so that they are
 * known by their names and offsets alone.
 */
struct kcov_given {
	struct kcov_host host;
	/* Of the table; what is in it stays. */
	pthread_mutex_t lock;
	/* Each has its module's name. */
	KCOV_TABLE(struct kcov_image_index *) at;
};

void kcov_given_init(struct kcov_given *given);

void kcov_given_fini(struct kcov_given *given);

/*
 * Returns 0, what kcov_image_open_module() and kcov_image_index_open() do, -ENODATA: it has no
 * DWARF, or -EINVAL: it is not called like a module's file.
 */
int kcov_given_add(struct kcov_given *given, const char *path, struct kcov_symbolize_error **error);

/* What cannot be answered of them: see image-index.h. */
int kcov_given_unanswered(struct kcov_given *given, int n, struct kcov_unanswered *ret,
			  size_t room);

#endif
