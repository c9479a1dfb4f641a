/* SPDX-License-Identifier: MIT */
/*
 * What pages of a database were before a checkpoint overwrote them. They lie behind the database in
 * its own file while the checkpoint goes on, so that a file that is copied then, or whose kcovctl
 * was killed then, can be what it was before, without its WAL.
 *
 * Each is a page's bytes and 32 more: "kcov-was", the page's number, how many images lie before
 * this one, the generation of the checkpoint, how many pages the database had, 4 bytes each, and
 * XXH3 of all that, 8 bytes; numbers are little-endian. They are there as long as the last of them
 * is at the file's end; behind it can be a part of one that was being written.
 */
#ifndef KCOVCTL_BEFORE_IMAGES_H
#define KCOVCTL_BEFORE_IMAGES_H

#include "page-layout.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	BEFORE_IMAGE_SIZE = PAGE_SUMS_PAGE_SIZE + 32,
};

struct before_image {
	/* From 1 on. */
	uint32_t page;
	uint32_t index;
	uint32_t generation;
	uint32_t pages;
};

/* bytes begins with the page's. */
void before_image_put(uint8_t bytes[BEFORE_IMAGE_SIZE], const struct before_image *image);

/* False: it is none. */
bool before_image_get(const uint8_t bytes[BEFORE_IMAGE_SIZE], struct before_image *ret);

/* Whether a file has some. 1, 0 or -errno; -EBADMSG: it has, and they cannot be right. */
int before_images_find(int fd);

/* The file, which nobody writes, becomes what it was. 0 or -errno, as above. */
int before_images_restore(int fd);

#endif
