/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_IMAGE_INDEX_H
#define KCOV_SYMBOLIZE_IMAGE_INDEX_H

#include "../base/bytes.h"
#include "../image/image.h"
#include "index.h"

/* The index of an image, and the memory that it lies in. */
struct kcov_image_index {
	struct kcov_index index;
	/* The image's file. */
	char *image;
	/* Where it lies in the user's cache; NULL: nowhere. */
	char *path;
	/* One of these holds it: the file, mapped, or what was built and could not be stored. */
	const void *map;
	size_t map_size;
	struct kcov_bytes built;
	/* The name of the module that was given; NULL: it is none, or its file does not tell. */
	char *module;
};

/*
 * The index of an image with DWARF: from the cache, or built and stored there. One that is damaged,
 * or another version's, is built again; one that cannot be stored does as well.
 *
 * Returns 0, -EINVAL, -EBADMSG or -EFBIG: the image is damaged, or -ENOMEM.
 */
int kcov_image_index_open(struct kcov_image *image, struct kcov_symbolize_error **error,
			  struct kcov_image_index **ret);

/*
 * Name the module whose file it was made of. Returns 0, -EINVAL: no module's file is called so, or
 * -ENOMEM.
 */
int kcov_image_index_name(struct kcov_image_index *index, const char *path);

void kcov_image_index_close(struct kcov_image_index *index);

/*
 * Add what of the image cannot be answered to n others that are known, as
 * kcov_symbolizer_unanswered(). Returns how many there are then, or -EBADMSG: the index is damaged.
 */
int kcov_image_index_unanswered(const struct kcov_image_index *index, int n,
				struct kcov_unanswered *ret, size_t room);
int kcov_image_indexes_unanswered(struct kcov_image_index *const *at, size_t n_images, int n,
				  struct kcov_unanswered *ret, size_t room);

#endif
