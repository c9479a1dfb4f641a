/* SPDX-License-Identifier: MIT */
/* The images of a recording, by their build-ids, and what of their coverage points ran. */
#ifndef KCOVCTL_RECORDED_IMAGES_H
#define KCOVCTL_RECORDED_IMAGES_H

#include "../coverage/point-hits.h"
#include "recording.h"

struct recorded_image {
	/* The build-id, or what stands for one that has none. */
	char *id;
	char *name;
	/* Where vmlinux was when it was recorded; NULL: it is not known. */
	char *path;
	bool is_kernel;
	/* All that counts, by the runs that are chosen. */
	struct point_hits hits;
};

struct recorded_images {
	struct recorded_image *at;
	size_t n, room;
};

/* { 0 } to begin with: those of a recording, with what the chosen runs hit. 0, or -1, and why was
 * told.
 */
int recorded_images_read(const struct recording *recording, struct recorded_images *images);

void recorded_images_fini(struct recorded_images *images);

#endif
