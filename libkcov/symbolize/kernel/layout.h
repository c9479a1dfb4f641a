/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LAYOUT_H
#define KCOV_SYMBOLIZE_LAYOUT_H

#include "../image/host.h"
#include "loaded-modules.h"

/*
 * Where a running kernel and its modules lie, in a file: with it and the images, what the
 * kernel recorded can be looked up on another machine. docs/layout-format.md describes it.
 */
struct kcov_layout {
	/* Release, machine and build-id; the root is this machine's, where images are. */
	struct kcov_host host;
	/* Where _text is. */
	uint64_t text;
	struct kcov_loaded loaded;
	/* Names. */
	struct kcov_arena arena;
};

void kcov_layout_fini(struct kcov_layout *layout);

/*
 * As text to be freed: of a host whose build-id is known, where its _text is, and its modules.
 * Returns 0 or -ENOMEM.
 */
int kcov_layout_write(const struct kcov_host *host, uint64_t text, const struct kcov_loaded *loaded,
		      char **ret);

/* Returns 0, -errno of open(2), -EINVAL: it is none, cut off or damaged, or -ENOMEM. */
int kcov_layout_read(const char *path, struct kcov_symbolize_error **error,
		     struct kcov_layout *ret);

#endif
