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

/* A point with all that a codec has of it. */
struct decoded {
	struct point_hits hits;
	uint64_t words[POINT_WORDS];
};

static bool next(struct point_decoder *decoder, struct decoded *ret)
{
	struct point *point = &ret->hits.point;
	size_t n;

	*ret = (struct decoded){ .hits.hits = 1 };
	if (decoder->codec == POINT_SETS)
		return point_decoder_next_of_sets(decoder, &ret->hits, 1, &n) == 0 && n;
	if (decoder->codec == POINT_RECORDS)
		return point_decoder_next_records(decoder, point, ret->words, 1, &n) == 0 && n;
	return point_decoder_next(decoder, point, 1, &n) == 0 && n;
}

/* Each point of a set as a set of its own. */
static void add(struct point_encoder *encoder, const struct decoded *one)
{
	const struct point *point = &one->hits.point;
	int err;

	if (encoder->codec == POINT_SETS)
		err = point_encoder_add_set(encoder, &one->hits, 1);
	else if (encoder->codec == POINT_RECORDS)
		err = point_encoder_add_records(encoder, point, one->words, 1);
	else
		err = point_encoder_add(encoder, point, 1);
	check(err == 0);
}

static void compare(const void *block, size_t size, const struct decoded *points, size_t n)
{
	struct point_decoder decoder;
	struct decoded got;

	check(point_decoder_init(&decoder, block, size, 64 * LIMIT) == 0);
	check(decoder.n_points == n);
	for (size_t i = 0; i < n; i++)
		check(next(&decoder, &got) && got.hits.point.image == points[i].hits.point.image &&
		      got.hits.point.offset == points[i].hits.point.offset &&
		      got.hits.hits == points[i].hits.hits &&
		      memcmp(got.words, points[i].words, sizeof(got.words)) == 0);
	check(!next(&decoder, &got));
	point_decoder_fini(&decoder);
}

static void read_block(const void *block, size_t size)
{
	struct point_decoder decoder;
	struct point_encoder encoder;
	struct decoded *points;
	uint32_t *images;
	size_t n = 0, again_size;
	void *again;

	if (point_decoder_init(&decoder, block, size, LIMIT) < 0)
		return;
	check(decoder.n_points <= LIMIT);
	points = calloc((size_t)decoder.n_points + 1, sizeof(*points));
	check(points);
	point_encoder_init(&encoder, decoder.codec);
	encoder.words = decoder.words;
	images = add_images(&encoder, &decoder);
	for (; next(&decoder, &points[n]); n++) {
		struct point *point = &points[n].hits.point;

		check(point->image < decoder.n_images);
		point->image = images[point->image];
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
