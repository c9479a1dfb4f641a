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
	/* Those that can be read: beside either place, and what that is a link to. */
	struct kcov_split_package packages[4];
	size_t n_packages;
	/* The first that cannot be read, and why; its path is NULL if there is none. */
	char *unread;
	int unread_rc;
	const char *unread_why;
};

/* Returns 0 or -ENOMEM. {} to begin with; image and its debug file outlive it. */
int kcov_split_search_init(const struct kcov_image *image, struct kcov_split_search *search);

void kcov_split_search_fini(struct kcov_split_search *search);

/*
 * Reads a half that was found, in a file that is open until the search ends. Returns 0, -ENOMEM, or
 * -EBADMSG, and cause says why: the half is damaged, and the search goes on.
 */
struct kcov_split_reader {
	int (*read)(void *context, struct kcov_split_unit *half, const char **cause);
	void *context;
};

/*
 * Find the other half of a unit, and read it; any number of threads may. Texts are taken from the
 * arena. To others is added the file that it is in, unless that is a package. If there is no half
 * that can be read, those of damaged halves are, and what a good one is looked for by. Returns 0,
 * -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_split_search(struct kcov_split_search *search, const struct kcov_skeleton *skeleton,
		      const struct kcov_split_reader *reader, struct kcov_arena *arena,
		      const char **cause, struct kcov_other_files *others);

/* Whether a text is what a half is looked for by. */
bool kcov_split_search_is_lacked(const char *lacked);

/* Whether one is there by now that the reader, which has no skeleton of it, does not refuse. */
bool kcov_split_search_is_there(struct kcov_split_search *search, const char *lacked,
				const struct kcov_split_reader *reader);

#endif
