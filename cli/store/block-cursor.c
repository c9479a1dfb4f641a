// SPDX-License-Identifier: MIT
#include "block-cursor.h"

#include <errno.h>
#include <stdlib.h>

static int find_images(struct block_cursor *cursor, const struct known_points *points)
{
	size_t size;

	for (uint32_t i = 0; i < cursor->decoder.n_images; i++) {
		const void *id = point_decoder_image(&cursor->decoder, i, &size);

		cursor->images[i] = known_points_image(points, id, size);
		if (!cursor->images[i])
			return -EBADMSG;
	}
	return 0;
}

int block_cursor_init(struct block_cursor *cursor, const struct known_points *points,
		      const void *data, size_t size)
{
	int err = point_decoder_init(&cursor->decoder, data, size, POINT_BLOCK_LIMIT);

	if (err)
		return err;
	cursor->at = cursor->n_points = cursor->done = 0;
	cursor->images = calloc(cursor->decoder.n_images + 1, sizeof(struct known_image *));
	err = cursor->images ? find_images(cursor, points) : -ENOMEM;
	if (err)
		block_cursor_fini(cursor);
	return err;
}

/* Points that ran once each, whatever was recorded with them. */
static int decode_order(struct block_cursor *cursor)
{
	struct point points[BLOCK_PIECE];
	uint64_t words[BLOCK_PIECE * POINT_WORDS];
	int err;

	if (cursor->decoder.codec == POINT_RECORDS)
		err = point_decoder_next_records(&cursor->decoder, points, words, BLOCK_PIECE,
						 &cursor->n_points);
	else
		err = point_decoder_next(&cursor->decoder, points, BLOCK_PIECE, &cursor->n_points);
	for (size_t i = 0; i < cursor->n_points && !err; i++)
		cursor->points[i] = (struct point_hits){ points[i], 1 };
	return err;
}

/* More of them, if all that were decoded are behind it. */
static int decode(struct block_cursor *cursor)
{
	int err;

	if (cursor->done < cursor->n_points)
		return 0;
	cursor->done = cursor->n_points = 0;
	if (cursor->decoder.codec == POINT_SETS)
		err = point_decoder_next_of_sets(&cursor->decoder, cursor->points, BLOCK_PIECE,
						 &cursor->n_points);
	else
		err = decode_order(cursor);
	if (err)
		cursor->n_points = 0;
	return err || cursor->n_points ? err : -EBADMSG;
}

static size_t least(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

static void step(struct block_cursor *cursor, size_t n)
{
	cursor->done += n;
	cursor->at += n;
}

int block_cursor_go_to(struct block_cursor *cursor, uint64_t at)
{
	int err = at < cursor->at ? -EBADMSG : 0;

	while (!err && cursor->at < at && !(err = decode(cursor)))
		step(cursor, least(at - cursor->at, cursor->n_points - cursor->done));
	return err;
}

int block_cursor_next(struct block_cursor *cursor, size_t n, struct block_step steps[BLOCK_PIECE],
		      size_t *ret)
{
	int err = decode(cursor);

	if (err)
		return err;
	*ret = least(n, cursor->n_points - cursor->done);
	for (size_t i = 0; i < *ret; i++) {
		const struct point_hits *at = &cursor->points[cursor->done + i];
		const struct known_image *image = cursor->images[at->point.image];
		const uintptr_t number = (uintptr_t)map_get(&image->points, at->point.offset);

		steps[i].number = number ? (uint32_t)(number - 1) : BLOCK_UNKNOWN;
		steps[i].hits = at->hits;
	}
	step(cursor, *ret);
	return 0;
}

void block_cursor_fini(struct block_cursor *cursor)
{
	point_decoder_fini(&cursor->decoder);
	free(cursor->images);
	cursor->images = NULL;
}
