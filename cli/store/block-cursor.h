/* SPDX-License-Identifier: MIT */
/*
 * The points of a block in their order, or of its sets one behind the other, as the numbers that
 * the recording's points have.
 */
#ifndef KCOVCTL_BLOCK_CURSOR_H
#define KCOVCTL_BLOCK_CURSOR_H

#include "known-points.h"
#include "point-stream.h"

enum {
	BLOCK_PIECE = 4096,
	/* What is in the place of a number: the recording has no such point. */
	BLOCK_UNKNOWN = UINT32_MAX,
};

struct block_cursor {
	struct point_decoder decoder;
	/* By the block's numbers of images. */
	const struct known_image **images;
	/* How many points are behind it. */
	uint64_t at;
	/* What was decoded, and how many of it are behind it. */
	struct point_hits points[BLOCK_PIECE];
	size_t n_points;
	size_t done;
};

/*
 * data need not stay, and is not trusted. -EBADMSG, -EFBIG: it is no block of these images;
 * -ENOMEM.
 */
int block_cursor_init(struct block_cursor *cursor, const struct known_points *points,
		      const void *data, size_t size);

/* Go to a point that is not behind it. 0, -EBADMSG: the block ends before that. */
int block_cursor_go_to(struct block_cursor *cursor, uint64_t at);

/* A point, and how often it ran: once, but for sets. */
struct block_step {
	uint32_t number;
	uint64_t hits;
};

/*
 * The next points, at least one and at most n, of which there is one. 0, and *ret is how many;
 * -EBADMSG: the block ends here, or is damaged.
 */
int block_cursor_next(struct block_cursor *cursor, size_t n, struct block_step steps[BLOCK_PIECE],
		      size_t *ret);

void block_cursor_fini(struct block_cursor *cursor);

#endif
