// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "store/point-stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum {
	MANY = 20000,
	LIMIT = 1 << 20,
};

struct block {
	void *at;
	size_t size;
};

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 16;
}

static uint32_t add_image(struct point_encoder *encoder, const char *id)
{
	uint32_t image;

	assert_int_equal(point_encoder_image(encoder, id, strlen(id), &image), 0);
	return image;
}

static struct block close_encoder(struct point_encoder *encoder)
{
	struct block block;

	assert_int_equal(point_encoder_close(encoder, &block.at, &block.size), 0);
	return block;
}

static void open_decoder(struct point_decoder *decoder, const struct block *block)
{
	assert_int_equal(point_decoder_init(decoder, block->at, block->size, LIMIT), 0);
}

static void assert_equal_blocks(const struct block *a, const struct block *b)
{
	assert_int_equal(a->size, b->size);
	assert_memory_equal(a->at, b->at, a->size);
}

/* As they run, in three images, here and there with what is as far as can be. */
static void make_points(struct point points[MANY])
{
	static const uint64_t far[] = { 0, 0, UINT64_MAX, INT64_MAX, (uint64_t)INT64_MAX + 1, 1 };
	uint64_t random = 1, offset[3] = { 0x1000, 0, 0xffffffffc0000000 };
	uint32_t image = 0;

	for (size_t i = 0; i < MANY; i++) {
		if (i && next_random(&random) % 7 == 0)
			image = (uint32_t)(next_random(&random) % 3);
		offset[image] += next_random(&random) % 1000 - 500;
		if (next_random(&random) % 50 == 0)
			offset[image] = far[next_random(&random) % 6];
		points[i] = (struct point){ .image = image, .offset = offset[image] };
	}
}

static void assert_points(const struct block *block, const struct point *points, size_t n)
{
	struct point_decoder decoder;
	struct point got[37];
	size_t n_got, at = 0;

	open_decoder(&decoder, block);
	assert_int_equal(decoder.codec, POINTS_IN_ORDER);
	assert_int_equal(decoder.n_points, n);
	do {
		assert_int_equal(point_decoder_next(&decoder, got, 37, &n_got), 0);
		assert_true(n_got <= n - at);
		for (size_t i = 0; i < n_got; i++) {
			assert_int_equal(got[i].image, points[at + i].image);
			assert_true(got[i].offset == points[at + i].offset);
		}
		at += n_got;
	} while (n_got);
	assert_int_equal(at, n);
	point_decoder_fini(&decoder);
}

static void begin_order(struct point_encoder *encoder)
{
	point_encoder_init(encoder, POINTS_IN_ORDER);
	assert_int_equal(add_image(encoder, "vmlinux"), 0);
	assert_int_equal(add_image(encoder, "ext4"), 1);
	assert_int_equal(add_image(encoder, "boot"), 2);
}

static void points_come_back_in_order(void **state)
{
	static struct point points[MANY];
	struct point_encoder encoder;
	struct block at_once, one_by_one;

	(void)state;
	make_points(points);
	begin_order(&encoder);
	assert_int_equal(point_encoder_add(&encoder, points, MANY), 0);
	at_once = close_encoder(&encoder);
	assert_points(&at_once, points, MANY);
	point_encoder_fini(&encoder);

	begin_order(&encoder);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(point_encoder_add(&encoder, &points[i], 1), 0);
	one_by_one = close_encoder(&encoder);
	assert_equal_blocks(&at_once, &one_by_one);
	free(at_once.at);
	free(one_by_one.at);
	point_encoder_fini(&encoder);
	assert_int_equal(alloc_live(), 0);
}

static void a_closed_encoder_begins_anew(void **state)
{
	static struct point points[MANY];
	struct point_encoder encoder;
	struct block first, second, nothing;

	(void)state;
	make_points(points);
	begin_order(&encoder);
	assert_int_equal(point_encoder_add(&encoder, points, MANY), 0);
	assert_true(point_encoder_size(&encoder) > MANY);
	first = close_encoder(&encoder);
	assert_int_equal(point_encoder_size(&encoder), 0);
	nothing = close_encoder(&encoder);
	assert_points(&nothing, points, 0);
	/* Without images it has none for points. */
	assert_int_equal(point_encoder_add(&encoder, points, 1), -EINVAL);
	assert_int_equal(point_encoder_add(&encoder, points, 0), 0);
	assert_int_equal(add_image(&encoder, "vmlinux"), 0);
	assert_int_equal(add_image(&encoder, "ext4"), 1);
	assert_int_equal(add_image(&encoder, "boot"), 2);
	assert_int_equal(point_encoder_add(&encoder, points, MANY), 0);
	second = close_encoder(&encoder);
	assert_equal_blocks(&first, &second);
	free(first.at);
	free(second.at);
	free(nothing.at);
	point_encoder_fini(&encoder);
}

/* A byte for a near one, and three more only where another image begins. */
static void a_step_is_as_small_as_it_can_be(void **state)
{
	const struct point points[] = { { 0, 63 }, { 0, 0 },  { 0, 63 }, { 1, 5 },
					{ 1, 6 },  { 0, 63 }, { 0, 127 } };
	static const size_t sizes[] = { 1, 1, 1, 4, 1, 4, 2 };
	struct point_encoder encoder;
	size_t size = 0;

	(void)state;
	begin_order(&encoder);
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		assert_int_equal(point_encoder_add(&encoder, &points[i], 1), 0);
		size += sizes[i];
		assert_int_equal(point_encoder_size(&encoder), size);
	}
	point_encoder_fini(&encoder);
}

static void images_are_known_by_their_ids(void **state)
{
	char longest[POINT_IMAGE_ID_SIZE + 1];
	struct point_encoder encoder;
	struct point_decoder decoder;
	struct block block;
	uint32_t image = 7;
	size_t size;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	point_encoder_init(&encoder, POINTS_IN_ORDER);
	assert_int_equal(point_encoder_image(&encoder, longest, 0, &image), -EINVAL);
	assert_int_equal(point_encoder_image(&encoder, longest, sizeof(longest), &image), -EINVAL);
	assert_int_equal(image, 7);
	assert_int_equal(add_image(&encoder, "a"), 0);
	assert_int_equal(point_encoder_image(&encoder, longest, sizeof(longest) - 1, &image), 0);
	assert_int_equal(image, 1);
	assert_int_equal(point_encoder_image(&encoder, longest, 127, &image), 0);
	assert_int_equal(image, 2);
	assert_int_equal(point_encoder_image(&encoder, longest, sizeof(longest) - 1, &image), 0);
	assert_int_equal(image, 1);
	assert_int_equal(add_image(&encoder, "a"), 0);
	block = close_encoder(&encoder);
	open_decoder(&decoder, &block);
	assert_int_equal(decoder.n_images, 3);
	assert_memory_equal(point_decoder_image(&decoder, 0, &size), "a", 1);
	assert_int_equal(size, 1);
	assert_memory_equal(point_decoder_image(&decoder, 1, &size), longest, POINT_IMAGE_ID_SIZE);
	assert_int_equal(size, POINT_IMAGE_ID_SIZE);
	assert_memory_equal(point_decoder_image(&decoder, 2, &size), longest, 127);
	assert_int_equal(size, 127);
	point_decoder_fini(&decoder);
	free(block.at);
	point_encoder_fini(&encoder);
}

static void a_block_has_so_many_images(void **state)
{
	struct point_encoder encoder;
	struct point_decoder decoder;
	struct block block;
	uint32_t image;

	(void)state;
	point_encoder_init(&encoder, POINTS_IN_ORDER);
	for (uint32_t i = 0; i < POINT_IMAGES; i++) {
		assert_int_equal(point_encoder_image(&encoder, &i, sizeof(i), &image), 0);
		assert_int_equal(image, i);
	}
	assert_int_equal(point_encoder_image(&encoder, "more", 4, &image), -ENOSPC);
	block = close_encoder(&encoder);
	open_decoder(&decoder, &block);
	assert_int_equal(decoder.n_images, POINT_IMAGES);
	point_decoder_fini(&decoder);
	free(block.at);
	point_encoder_fini(&encoder);
}

static const struct point_hits first_set[] = {
	{ { 0, 0 }, 1 },
	{ { 0, 1 }, 300 },
	{ { 0, UINT64_MAX }, UINT64_MAX },
	{ { 2, 5 }, 0 },
};
static const struct point_hits second_set[] = {
	{ { 2, 5 }, 2 },
	{ { 2, 6 }, 3 },
};

static void begin_sets(struct point_encoder *encoder)
{
	point_encoder_init(encoder, POINT_SETS);
	add_image(encoder, "vmlinux");
	add_image(encoder, "ext4");
	add_image(encoder, "boot");
}

static void assert_hits(const struct point_hits *got, const struct point_hits *expected, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(got[i].point.image, expected[i].point.image);
		assert_true(got[i].point.offset == expected[i].point.offset);
		assert_true(got[i].hits == expected[i].hits);
	}
}

static void sets_come_back(void **state)
{
	struct point_encoder encoder;
	struct point_decoder decoder;
	struct point_hits got[8];
	struct block block;
	size_t n;

	(void)state;
	begin_sets(&encoder);
	assert_int_equal(point_encoder_add_set(&encoder, first_set, 4), 0);
	assert_int_equal(point_encoder_add_set(&encoder, second_set, 2), 0);
	assert_int_equal(point_encoder_add_set(&encoder, second_set, 0), 0);
	block = close_encoder(&encoder);
	open_decoder(&decoder, &block);
	assert_int_equal(decoder.codec, POINT_SETS);
	assert_int_equal(decoder.n_points, 6);
	assert_int_equal(point_decoder_next_of_sets(&decoder, got, 4, &n), 0);
	assert_int_equal(n, 4);
	assert_hits(got, first_set, 4);
	assert_int_equal(point_decoder_next_of_sets(&decoder, got, 8, &n), 0);
	assert_int_equal(n, 2);
	assert_hits(got, second_set, 2);
	assert_int_equal(point_decoder_next_of_sets(&decoder, got, 8, &n), 0);
	assert_int_equal(n, 0);
	point_decoder_fini(&decoder);
	free(block.at);
	point_encoder_fini(&encoder);
}

static const struct point record_points[] = { { 0, 5 }, { 2, UINT64_MAX }, { 0, 6 } };
static const uint64_t record_words[] = { 1, 2, 0, UINT64_MAX, 300, 7 };

static void begin_records(struct point_encoder *encoder)
{
	point_encoder_init(encoder, POINT_RECORDS);
	encoder->words = 2;
	add_image(encoder, "vmlinux");
	add_image(encoder, "ext4");
	add_image(encoder, "boot");
}

static void assert_records(const struct block *block)
{
	struct point_decoder decoder;
	struct point points[3];
	uint64_t words[6];
	size_t n;

	open_decoder(&decoder, block);
	assert_int_equal(decoder.codec, POINT_RECORDS);
	assert_int_equal(decoder.words, 2);
	assert_int_equal(point_decoder_next_records(&decoder, points, words, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(point_decoder_next_records(&decoder, points + 2, words + 4, 8, &n), 0);
	assert_int_equal(n, 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(points[i].image, record_points[i].image);
		assert_true(points[i].offset == record_points[i].offset);
	}
	assert_memory_equal(words, record_words, sizeof(record_words));
	assert_int_equal(point_decoder_next_records(&decoder, points, words, 1, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(point_decoder_next(&decoder, points, 1, &n), -EINVAL);
	point_decoder_fini(&decoder);
}

static void records_come_back_with_their_words(void **state)
{
	struct point_encoder encoder;
	struct block block, again;

	(void)state;
	begin_records(&encoder);
	assert_int_equal(point_encoder_add_records(&encoder, record_points, record_words, 3), 0);
	assert_int_equal(point_encoder_add(&encoder, record_points, 1), -EINVAL);
	block = close_encoder(&encoder);
	assert_records(&block);
	/* It keeps how many words they have. */
	add_image(&encoder, "vmlinux");
	add_image(&encoder, "ext4");
	add_image(&encoder, "boot");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(point_encoder_add_records(&encoder, record_points + i,
							   record_words + 2 * i, 1),
				 0);
	again = close_encoder(&encoder);
	assert_equal_blocks(&block, &again);
	free(block.at);
	free(again.at);
	point_encoder_fini(&encoder);
}

static void records_without_words_are_refused(void **state)
{
	static const struct point nowhere = { 3, 0 };
	struct point_encoder encoder;

	(void)state;
	begin_records(&encoder);
	assert_int_equal(point_encoder_add_records(&encoder, &nowhere, record_words, 1), -EINVAL);
	encoder.words = 0;
	assert_int_equal(point_encoder_add_records(&encoder, record_points, record_words, 1),
			 -EINVAL);
	encoder.words = POINT_WORDS + 1;
	assert_int_equal(point_encoder_add_records(&encoder, record_points, record_words, 1),
			 -EINVAL);
	point_encoder_fini(&encoder);
}

static void what_is_no_set_is_refused(void **state)
{
	static const struct point_hits bad[][2] = {
		{ { { 0, 5 }, 1 }, { { 0, 5 }, 1 } },
		{ { { 0, 5 }, 1 }, { { 0, 4 }, 1 } },
		{ { { 1, 5 }, 1 }, { { 0, 6 }, 1 } },
		{ { { 0, 5 }, 1 }, { { 3, 6 }, 1 } },
	};
	struct point_encoder encoder;
	struct block block;
	struct point point = { 0, 0 };

	(void)state;
	begin_sets(&encoder);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(point_encoder_add_set(&encoder, bad[i], 2), -EINVAL);
	assert_int_equal(point_encoder_add(&encoder, &point, 1), -EINVAL);
	assert_int_equal(point_encoder_size(&encoder), 0);
	block = close_encoder(&encoder);
	free(block.at);
	point_encoder_fini(&encoder);
}

static void points_of_no_image_are_refused(void **state)
{
	const struct point points[] = { { 0, 1 }, { 3, 2 }, { 0, 3 } };
	struct point_encoder encoder;
	struct block block;

	(void)state;
	begin_order(&encoder);
	assert_int_equal(point_encoder_add(&encoder, points, 1), 0);
	/* None of them is added. */
	assert_int_equal(point_encoder_add(&encoder, points, 3), -EINVAL);
	assert_int_equal(point_encoder_add_set(&encoder, first_set, 4), -EINVAL);
	block = close_encoder(&encoder);
	assert_points(&block, points, 1);
	free(block.at);
	point_encoder_fini(&encoder);
}

/* A content as a block. */
static struct block block_of(const char *content, size_t size)
{
	struct block block = { .size = ZSTD_compressBound(size) };

	block.at = malloc(block.size);
	assert_non_null(block.at);
	block.size = ZSTD_compress(block.at, block.size, content, size, 3);
	assert_false(ZSTD_isError(block.size));
	return block;
}

/* Three more, of whatever codec. */
static int next_of_any(struct point_decoder *decoder, size_t *n)
{
	uint64_t words[3 * POINT_WORDS];
	struct point_hits hits[3];
	struct point points[3];

	if (decoder->codec == POINT_SETS)
		return point_decoder_next_of_sets(decoder, hits, 3, n);
	if (decoder->codec == POINT_RECORDS)
		return point_decoder_next_records(decoder, points, words, 3, n);
	return point_decoder_next(decoder, points, 3, n);
}

/* All of it; returns what ended it, or how many points there were. */
static int read_all(const struct block *block)
{
	struct point_decoder decoder;
	int rc = point_decoder_init(&decoder, block->at, block->size, LIMIT), sum = 0;
	size_t n;

	if (rc < 0) {
		assert_null(decoder.content);
		return rc;
	}
	do {
		rc = next_of_any(&decoder, &n);
		if (rc == 0)
			sum += (int)n;
	} while (rc == 0 && n);
	/* And so it goes on. */
	if (rc < 0)
		assert_int_equal(next_of_any(&decoder, &n), rc);
	point_decoder_fini(&decoder);
	return rc < 0 ? rc : sum;
}

/* How a content ends, or how many points it has. */
struct content_case {
	const char *content;
	size_t size;
	int expected;
};

#define CASE(expected, content)                                                                    \
	{                                                                                          \
		content, sizeof(content) - 1, expected                                             \
	}

/* Before a point is asked for, so that what they say can be relied on. */
static void damaged_headers_are_refused(void **state)
{
	static const struct content_case cases[] = {
		/* No such codec, or none. */
		CASE(-EBADMSG, "\0\0\0"),
		CASE(-EBADMSG, "\4\0\0"),
		/* Records without words, or with too many; and then no size of the steps. */
		CASE(-EBADMSG, "\3\0\0\0\0"),
		CASE(-EBADMSG, "\3\0\0\11\0"),
		CASE(-EBADMSG, "\3\0\0\1"),
		CASE(-EBADMSG, ""),
		/* It ends early. */
		CASE(-EBADMSG, "\1"),
		CASE(-EBADMSG, "\1\0"),
		CASE(-EBADMSG, "\1\0\1"),
		CASE(-EBADMSG, "\1\0\1\2a"),
		CASE(-EBADMSG, "\1\0\2\1a"),
		/* Points without an image; an image without an id, or with too long a one. */
		CASE(-EBADMSG, "\1\1\0\4"),
		CASE(-EBADMSG, "\1\0\1\0"),
		CASE(-EBADMSG,
		     "\1\0\1\x81\1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
		/* More images than there may be. */
		CASE(-EBADMSG, "\1\0\x81\x20\1a"),
		CASE(-EBADMSG, "\1\0\xff\xff\xff\xff\x0f\1a"),
		/* More points than bytes; a number that is not in its shortest form. */
		CASE(-EBADMSG, "\1\2\1\1a\4"),
		CASE(-EBADMSG, "\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1\1a\4"),
		CASE(-EBADMSG, "\1\x81\0\1\1a\4"),
		/* No size of the steps, or more than there is. */
		CASE(-EBADMSG, "\2\0\0"),
		CASE(-EBADMSG, "\2\1\1\1a\6\x80\0\0\7\1"),
		CASE(-EBADMSG, "\2\1\1\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\x80\0\0\7\1"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct block block = block_of(cases[i].content, cases[i].size);
		struct point_decoder decoder;
		int rc = point_decoder_init(&decoder, block.at, block.size, LIMIT);

		if (rc != cases[i].expected)
			fail_msg("case %zu: %d, not %d", i, rc, cases[i].expected);
		free(block.at);
	}
	assert_int_equal(alloc_live(), 0);
}

static void damaged_steps_are_refused(void **state)
{
	static const struct content_case cases[] = {
		/* In order: nothing, a point, two in two images. */
		CASE(0, "\1\0\0"),
		CASE(1, "\1\1\1\2ab\4"),
		CASE(2, "\1\2\2\1a\1b\4\x80\0\1\2"),
		/* More points than steps, more steps than points. */
		CASE(-EBADMSG, "\1\2\1\1a\x84\1"),
		CASE(-EBADMSG, "\1\1\1\1a\4\4"),
		/* Numbers that do not end, are not in their shortest form, have more than 64 bits.
		 */
		CASE(-EBADMSG, "\1\1\1\1a\x84"),
		CASE(-EBADMSG, "\1\1\1\1a\x80"),
		CASE(-EBADMSG, "\1\1\1\1a\x84\x80\0"),
		CASE(1, "\1\1\1\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
		CASE(-EBADMSG, "\1\1\1\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\2"),
		CASE(-EBADMSG, "\1\1\1\1a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\0"),
		/* Switches: to no image, to the same one, twice, and nothing after it. */
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0\2\2"),
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\2"),
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0\0\2"),
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0\1\x80\0\0\2"),
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0\1"),
		CASE(-EBADMSG, "\1\2\2\1a\1b\4\x80\0"),
		/* Sets: nothing, a point, two in a run, a run for each. */
		CASE(0, "\2\0\0\0"),
		CASE(1, "\2\1\1\1a\4\x80\0\0\7\1"),
		CASE(2, "\2\2\1\1a\5\x80\0\0\7\1\1\1"),
		CASE(2, "\2\2\2\1a\1b\10\x80\0\1\7\x80\0\1\7\1\1"),
		/* A size of the steps that is not theirs. */
		CASE(-EBADMSG, "\2\1\1\1a\3\x80\0\0\7\1"),
		CASE(-EBADMSG, "\2\1\1\1a\5\x80\0\0\7\1"),
		/* No run; none of this image. */
		CASE(-EBADMSG, "\2\1\1\1a\1\7\1"),
		CASE(-EBADMSG, "\2\1\1\1a\4\x80\0\1\7\1"),
		/* Points that do not ascend, or do so beyond 64 bits. */
		CASE(-EBADMSG, "\2\2\1\1a\5\x80\0\0\7\0\1\1"),
		CASE(2, "\2\2\1\1a\16\x80\0\0\1\xfe\xff\xff\xff\xff\xff\xff\xff\xff\1\1\1"),
		CASE(-EBADMSG, "\2\2\1\1a\16\x80\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\1\1\1"),
		/* Records: a point and two words, words that are missing, or left over. */
		CASE(1, "\3\1\1\1a\2\1\4\7\1"),
		CASE(-EBADMSG, "\3\1\1\1a\2\1\4\7"),
		CASE(-EBADMSG, "\3\1\1\1a\2\1\4\7\1\1"),
		/* Hits that are missing, or left over. */
		CASE(-EBADMSG, "\2\1\1\1a\4\x80\0\0\7"),
		CASE(-EBADMSG, "\2\1\1\1a\4\x80\0\0\7\x81"),
		CASE(-EBADMSG, "\2\1\1\1a\4\x80\0\0\7\1\1"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct block block = block_of(cases[i].content, cases[i].size);
		int got = read_all(&block);

		if (got != cases[i].expected)
			fail_msg("case %zu: %d, not %d", i, got, cases[i].expected);
		free(block.at);
	}
	assert_int_equal(alloc_live(), 0);
}

static struct block small_block(void)
{
	static struct point points[MANY];
	struct point_encoder encoder;
	struct block block;

	make_points(points);
	begin_order(&encoder);
	assert_int_equal(point_encoder_add(&encoder, points, 50), 0);
	block = close_encoder(&encoder);
	point_encoder_fini(&encoder);
	return block;
}

/* But for one of zstd's header, which means nothing. */
static void each_flipped_bit_of_a_block_is_found(void **state)
{
	const size_t unused = 8 * 4 + 4;
	struct block block = small_block();
	unsigned char *bytes = block.at;

	(void)state;
	assert_int_equal(read_all(&block), 50);
	for (size_t bit = 0; bit < 8 * block.size; bit++) {
		int rc;

		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		rc = read_all(&block);
		assert_true(bit == unused ? rc == 50 : rc == -EBADMSG || rc == -EFBIG);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(block.at);
}

static void a_block_that_is_cut_is_refused(void **state)
{
	struct block block = small_block();

	(void)state;
	while (block.size) {
		block.size--;
		assert_int_equal(read_all(&block), -EBADMSG);
	}
	free(block.at);
}

static void a_block_is_as_large_as_the_caller_says(void **state)
{
	char *content = calloc(1, LIMIT + 1);
	struct point_decoder decoder;
	struct block block;

	(void)state;
	memcpy(content, "\1\0\0", 3);
	block = block_of(content, LIMIT + 1);
	assert_int_equal(point_decoder_init(&decoder, block.at, block.size, LIMIT), -EFBIG);
	assert_int_equal(point_decoder_init(&decoder, block.at, block.size, LIMIT + 1), 0);
	point_decoder_fini(&decoder);
	free(block.at);
	free(content);
}

/* As zstd does with what it reads from a pipe. */
static void a_block_that_does_not_say_how_large_it_is_is_refused(void **state)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	ZSTD_inBuffer in = { .src = "\1\0\0", .size = 3 };
	char bytes[100];
	ZSTD_outBuffer out = { .dst = bytes, .size = sizeof(bytes) };
	struct block block = { .at = bytes };

	(void)state;
	assert_false(ZSTD_isError(ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_flush)));
	assert_int_equal(ZSTD_compressStream2(zstd, &out, &in, ZSTD_e_end), 0);
	block.size = out.pos;
	assert_int_equal(read_all(&block), -EBADMSG);
	ZSTD_freeCCtx(zstd);
}

static void the_other_codecs_points_are_not_there(void **state)
{
	struct block block = small_block(), sets = block_of("\2\0\0\0", 4);
	struct point_decoder decoder;
	struct point_hits hits;
	struct point point;
	size_t n;

	(void)state;
	open_decoder(&decoder, &block);
	assert_int_equal(point_decoder_next_of_sets(&decoder, &hits, 1, &n), -EINVAL);
	point_decoder_fini(&decoder);
	open_decoder(&decoder, &sets);
	assert_int_equal(point_decoder_next(&decoder, &point, 1, &n), -EINVAL);
	point_decoder_fini(&decoder);
	free(block.at);
	free(sets.at);
}

/* Each time at the next allocation; returns whether it came that far. */
static bool encode_without(size_t nth, struct block *ret)
{
	struct point_encoder encoder;
	uint32_t image;
	int rc;

	point_encoder_init(&encoder, POINT_SETS);
	alloc_fail_at(nth);
	rc = point_encoder_image(&encoder, "a", 1, &image);
	if (rc == 0)
		rc = point_encoder_add_set(&encoder, first_set, 3);
	if (rc == 0)
		rc = point_encoder_close(&encoder, &ret->at, &ret->size);
	assert_int_equal(rc, alloc_failed() ? -ENOMEM : 0);
	/* It is as it was: again, with memory. */
	if (rc < 0 && encoder.n_points) {
		struct block block = close_encoder(&encoder);

		assert_int_equal(read_all(&block), 3);
		free(block.at);
	}
	point_encoder_fini(&encoder);
	return rc == 0;
}

static void without_memory_it_says_so(void **state)
{
	struct point_decoder decoder;
	struct block block;
	size_t nth = 1;
	int rc;

	(void)state;
	while (!encode_without(nth, &block))
		nth++;
	assert_true(nth > 5);
	nth = 0;
	do {
		alloc_fail_at(++nth);
		rc = point_decoder_init(&decoder, block.at, block.size, LIMIT);
		assert_int_equal(rc, alloc_failed() ? -ENOMEM : 0);
	} while (rc < 0);
	assert_true(nth > 3);
	point_decoder_fini(&decoder);
	free(block.at);
	assert_int_equal(alloc_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_come_back_in_order),
		cmocka_unit_test(a_closed_encoder_begins_anew),
		cmocka_unit_test(a_step_is_as_small_as_it_can_be),
		cmocka_unit_test(images_are_known_by_their_ids),
		cmocka_unit_test(a_block_has_so_many_images),
		cmocka_unit_test(sets_come_back),
		cmocka_unit_test(records_come_back_with_their_words),
		cmocka_unit_test(records_without_words_are_refused),
		cmocka_unit_test(what_is_no_set_is_refused),
		cmocka_unit_test(points_of_no_image_are_refused),
		cmocka_unit_test(damaged_headers_are_refused),
		cmocka_unit_test(damaged_steps_are_refused),
		cmocka_unit_test(each_flipped_bit_of_a_block_is_found),
		cmocka_unit_test(a_block_that_is_cut_is_refused),
		cmocka_unit_test(a_block_is_as_large_as_the_caller_says),
		cmocka_unit_test(a_block_that_does_not_say_how_large_it_is_is_refused),
		cmocka_unit_test(the_other_codecs_points_are_not_there),
		cmocka_unit_test(without_memory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
