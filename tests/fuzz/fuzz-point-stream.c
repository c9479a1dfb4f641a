// SPDX-License-Identifier: MIT
/*
 * A block of points as somebody else's recording has it, or, since few bytes are a block of zstd,
 * what is in one. What can be read is what an encoder makes of it again.
 */
#include "store/point-stream.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define LIMIT ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool is_true)
{
	if (!is_true)
		abort();
}

/* Two ids can be the same; *ret is what their images are then. */
static uint32_t *add_images(struct point_encoder *encoder, const struct point_decoder *decoder)
{
	uint32_t *ret = calloc(decoder->n_images + 1, sizeof(*ret));

	check(ret);
	for (uint32_t i = 0; i < decoder->n_images; i++) {
		size_t size;
		const void *id = point_decoder_image(decoder, i, &size);

		check(point_encoder_image(encoder, id, size, &ret[i]) == 0);
	}
	return ret;
}

/* Of either codec. */
static bool next(struct point_decoder *decoder, struct point_hits *ret)
{
	size_t n;

	if (decoder->codec == POINT_SETS)
		return point_decoder_next_of_sets(decoder, ret, 1, &n) == 0 && n;
	ret->hits = 1;
	return point_decoder_next(decoder, &ret->point, 1, &n) == 0 && n;
}

/* Each point of a set as a set of its own. */
static void add(struct point_encoder *encoder, const struct point_hits *point)
{
	check((encoder->codec == POINT_SETS ? point_encoder_add_set(encoder, point, 1)
					    : point_encoder_add(encoder, &point->point, 1)) == 0);
}

static void compare(const void *block, size_t size, const struct point_hits *points, size_t n)
{
	struct point_decoder decoder;
	struct point_hits got;

	check(point_decoder_init(&decoder, block, size, 64 * LIMIT) == 0);
	check(decoder.n_points == n);
	for (size_t i = 0; i < n; i++)
		check(next(&decoder, &got) && got.point.image == points[i].point.image &&
		      got.point.offset == points[i].point.offset && got.hits == points[i].hits);
	check(!next(&decoder, &got));
	point_decoder_fini(&decoder);
}

static void read_block(const void *block, size_t size)
{
	struct point_decoder decoder;
	struct point_encoder encoder;
	struct point_hits *points;
	uint32_t *images;
	size_t n = 0, again_size;
	void *again;

	if (point_decoder_init(&decoder, block, size, LIMIT) < 0)
		return;
	check(decoder.n_points <= LIMIT);
	points = calloc((size_t)decoder.n_points + 1, sizeof(*points));
	check(points);
	point_encoder_init(&encoder, decoder.codec);
	images = add_images(&encoder, &decoder);
	for (; next(&decoder, &points[n]); n++) {
		check(points[n].point.image < decoder.n_images);
		points[n].point.image = images[points[n].point.image];
		add(&encoder, &points[n]);
	}
	check(point_encoder_close(&encoder, &again, &again_size) == 0);
	compare(again, again_size, points, n);
	free(again);
	free(images);
	free(points);
	point_encoder_fini(&encoder);
	point_decoder_fini(&decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t room = ZSTD_compressBound(size);
	void *block = malloc(room);

	check(block);
	read_block(data, size);
	read_block(block, ZSTD_compress(block, room, data, size, 1));
	free(block);
	return 0;
}
