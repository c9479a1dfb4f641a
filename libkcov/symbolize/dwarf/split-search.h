/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SPLIT_SEARCH_H
#define KCOV_SYMBOLIZE_SPLIT_SEARCH_H

#include "../base/arena.h"
#include "../image/image.h"
#include "opened-files.h"
#include "other-file.h"
#include "split-unit.h"

/* A file as it was called, and as the file system calls it, which is NULL if that is not known. */
struct kcov_split_place {
	const char *path;
	char *real;
};

/*
 * Where the other halves of an image's split units are: in a package beside it, IMAGE.dwp; or in
 * files of their own where they were compiled, beside the image, or above it, since modules lie
 * deep in the tree that the names are relative to. If its DWARF is in a debug file, beside and
 * above that, too.
 */
struct kcov_split_search {
	/* The image, and its debug file if it has one. */
	struct kcov_split_place places[2];
	size_t n_places;
	/* What was looked at besides. */
	struct kcov_opened_files files;
	/* Its path is NULL if there is none that can be read. */
	struct kcov_split_package package;
	/* The first that cannot be read, and why; its path is NULL if there is none. */
	char *unread;
	int unread_rc;
	const char *unread_why;
};

/* Returns 0 or -ENOMEM. {} to begin with; image and its debug file outlive it. */
int kcov_split_search_init(const struct kcov_image *image, struct kcov_split_search *search);

void kcov_split_search_fini(struct kcov_split_search *search);

/*
 * Find the other half of a unit; any number of threads may. Texts are taken from the arena. *other
 * is the file that it is in, unless that is the package; what it is looked for by, if it is
 * nowhere. Returns 0, *ret to be freed by the caller before the search ends, -ENOMEM, or -EBADMSG,
 * and cause says why.
 */
int kcov_split_search(struct kcov_split_search *search, const struct kcov_skeleton *skeleton,
		      struct kcov_arena *arena, const char **cause, struct kcov_other_file *other,
		      struct kcov_split_unit **ret);

/* That a file is damaged, and how, in the arena; NULL: out of memory. */
const char *kcov_split_damaged(const char *path, const char *why, struct kcov_arena *arena);

/* Whether a text is what a half is looked for by. */
bool kcov_split_search_is_lacked(const char *lacked);

/* Whether it is there by now. */
bool kcov_split_search_is_there(struct kcov_split_search *search, const char *lacked);

#endif
