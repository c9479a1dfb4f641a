// SPDX-License-Identifier: MIT
#include "point-stream.h"

#include "base/array.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	LEVEL = 3,
	/* At most, of 32 bits and of 64. */
	IMAGE_SIZE = 5,
	NUMBER_SIZE = 10,
	/* The two bytes where another image begins: a 0 in one byte too many. */
	SWITCH_0 = 0x80,
	SWITCH_1 = 0x00,
	STEP_SIZE = 2 + IMAGE_SIZE + NUMBER_SIZE,
	/* The codec, and four numbers. */
	HEADER_SIZE = 1 + 4 * NUMBER_SIZE,
};

static uint8_t *put_number(uint8_t *at, uint64_t number)
{
	while (number >= 0x80) {
		*at++ = (uint8_t)(number | 0x80);
		number >>= 7;
	}
	*at++ = (uint8_t)number;
	return at;
}

static uint8_t *put_switch(uint8_t *at, uint32_t image)
{
	*at++ = SWITCH_0;
	*at++ = SWITCH_1;
	return put_number(at, image);
}

static uint64_t to_zigzag(uint64_t difference)
{
	return difference << 1 ^ (0 - (difference >> 63));
}

static uint64_t from_zigzag(uint64_t number)
{
	return number >> 1 ^ (0 - (number & 1));
}

void point_encoder_init(struct point_encoder *encoder, enum point_codec codec)
{
	*encoder = (struct point_encoder){ .codec = codec };
}

/* Whether there are numbers behind the steps. */
static bool has_numbers(enum point_codec codec)
{
	return codec != POINTS_IN_ORDER;
}

void point_encoder_fini(struct point_encoder *encoder)
{
	free(encoder->steps.at);
	free(encoder->numbers.at);
	free(encoder->images.at);
	free(encoder->last.at);
	point_encoder_init(encoder, encoder->codec);
}

int point_encoder_image(struct point_encoder *encoder, const void *id, size_t size, uint32_t *ret)
{
	struct point_image *image = encoder->images.at;
	size_t i = 0;

	if (!size || size > POINT_IMAGE_ID_SIZE)
		return -EINVAL;
	while (i < encoder->images.n && (image[i].size != size || memcmp(image[i].id, id, size)))
		i++;
	if (i == POINT_IMAGES)
		return -ENOSPC;
	if (i == encoder->images.n) {
		if (!array_reserve(&encoder->images, 1) || !array_reserve(&encoder->last, 1))
			return -ENOMEM;
		image = &encoder->images.at[encoder->images.n++];
		image->size = (uint8_t)size;
		memcpy(image->id, id, size);
		encoder->last.at[encoder->last.n++] = 0;
	}
	*ret = (uint32_t)i;
	return 0;
}

/* Room for n more of at most this size. */
static bool reserve(struct point_bytes *bytes, size_t n, size_t size)
{
	return n <= SIZE_MAX / 4 / size && array_reserve(bytes, n * size);
}

static void add_points(struct point_encoder *encoder, const struct point *points, size_t n)
{
	uint8_t *at = encoder->steps.at + encoder->steps.n;
	uint32_t image = encoder->image;
	uint64_t last = encoder->last.at[image];

	for (size_t i = 0; i < n; i++) {
		if (points[i].image != image) {
			encoder->last.at[image] = last;
			image = points[i].image;
			last = encoder->last.at[image];
			at = put_switch(at, image);
		}
		at = put_number(at, to_zigzag(points[i].offset - last));
		last = points[i].offset;
	}
	encoder->last.at[image] = last;
	encoder->image = image;
	encoder->steps.n = (size_t)(at - encoder->steps.at);
	encoder->n_points += n;
}

/* Whether each is in an image of the block. */
static bool have_images(const struct point_encoder *encoder, const struct point *points, size_t n)
{
	uint32_t largest = 0;

	for (size_t i = 0; i < n; i++)
		largest = points[i].image > largest ? points[i].image : largest;
	return !n || largest < encoder->images.n;
}

int point_encoder_add(struct point_encoder *encoder, const struct point *points, size_t n)
{
	if (encoder->codec != POINTS_IN_ORDER || !have_images(encoder, points, n))
		return -EINVAL;
	if (!n)
		return 0;
	if (!reserve(&encoder->steps, n, STEP_SIZE))
		return -ENOMEM;
	add_points(encoder, points, n);
	return 0;
}

int point_encoder_add_records(struct point_encoder *encoder, const struct point *points,
			      const uint64_t *words, size_t n)
{
	const size_t n_words = encoder->words;
	uint8_t *at;

	if (encoder->codec != POINT_RECORDS || !n_words || n_words > POINT_WORDS ||
	    !have_images(encoder, points, n))
		return -EINVAL;
	if (!n)
		return 0;
	if (!reserve(&encoder->steps, n, STEP_SIZE) ||
	    !reserve(&encoder->numbers, n, n_words * NUMBER_SIZE))
		return -ENOMEM;
	at = encoder->numbers.at + encoder->numbers.n;
	for (size_t i = 0; i < n * n_words; i++)
		at = put_number(at, words[i]);
	encoder->numbers.n = (size_t)(at - encoder->numbers.at);
	add_points(encoder, points, n);
	return 0;
}

static bool is_set(const struct point_encoder *encoder, const struct point_hits *points, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct point *before = &points[i - 1].point, *point = &points[i].point;

		if (point->image < before->image ||
		    (point->image == before->image && point->offset <= before->offset))
			return false;
	}
	return !n || points[n - 1].point.image < encoder->images.n;
}

int point_encoder_add_set(struct point_encoder *encoder, const struct point_hits *points, size_t n)
{
	uint8_t *at, *hits;

	if (encoder->codec != POINT_SETS || !is_set(encoder, points, n))
		return -EINVAL;
	if (!reserve(&encoder->steps, n, STEP_SIZE) || !reserve(&encoder->numbers, n, NUMBER_SIZE))
		return -ENOMEM;
	at = encoder->steps.at + encoder->steps.n;
	hits = encoder->numbers.at + encoder->numbers.n;
	for (size_t i = 0; i < n; i++) {
		const struct point *point = &points[i].point;
		uint64_t last = 0;

		if (i && point->image == points[i - 1].point.image)
			last = points[i - 1].point.offset;
		else
			at = put_switch(at, point->image);
		at = put_number(at, point->offset - last);
		hits = put_number(hits, points[i].hits);
	}
	encoder->steps.n = (size_t)(at - encoder->steps.at);
	encoder->numbers.n = (size_t)(hits - encoder->numbers.at);
	encoder->n_points += n;
	return 0;
}

/* All that goes before the steps. */
static uint8_t *make_header(const struct point_encoder *encoder, size_t *size)
{
	const struct point_image *images = encoder->images.at;
	uint8_t *header, *at;

	header = malloc(HEADER_SIZE + encoder->images.n * sizeof(*images) + encoder->images.n);
	if (!header)
		return NULL;
	at = header;
	*at++ = (uint8_t)encoder->codec;
	at = put_number(at, encoder->n_points);
	at = put_number(at, encoder->images.n);
	for (size_t i = 0; i < encoder->images.n; i++) {
		at = put_number(at, images[i].size);
		memcpy(at, images[i].id, images[i].size);
		at += images[i].size;
	}
	if (encoder->codec == POINT_RECORDS)
		at = put_number(at, encoder->words);
	if (has_numbers(encoder->codec))
		at = put_number(at, encoder->steps.n);
	*size = (size_t)(at - header);
	return header;
}

static bool begin_frame(ZSTD_CCtx *zstd, size_t size)
{
	return !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL)) &&
	       !ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1)) &&
	       !ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(zstd, size));
}

/* Into room for all that it could become. */
static bool compress_part(ZSTD_CCtx *zstd, ZSTD_inBuffer in, ZSTD_EndDirective end,
			  ZSTD_outBuffer *out)
{
	size_t left;

	do {
		left = ZSTD_compressStream2(zstd, out, &in, end);
	} while (!ZSTD_isError(left) && (in.pos < in.size || (end == ZSTD_e_end && left)));
	return !ZSTD_isError(left);
}

/* The parts as one frame, without a copy that joins them. NULL: there is no memory. */
static void *compress(const struct point_encoder *encoder, ZSTD_inBuffer header, size_t *ret)
{
	const ZSTD_inBuffer steps = { .src = encoder->steps.at, .size = encoder->steps.n };
	const ZSTD_inBuffer numbers = { .src = encoder->numbers.at, .size = encoder->numbers.n };
	const size_t size = header.size + steps.size + numbers.size;
	ZSTD_outBuffer out = { .size = ZSTD_compressBound(size) };
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	void *block = NULL;

	out.dst = malloc(out.size);
	if (zstd && out.dst && begin_frame(zstd, size) &&
	    compress_part(zstd, header, ZSTD_e_continue, &out) &&
	    compress_part(zstd, steps, ZSTD_e_continue, &out) &&
	    compress_part(zstd, numbers, ZSTD_e_end, &out))
		block = realloc(out.dst, out.pos);
	if (!block)
		free(out.dst);
	ZSTD_freeCCtx(zstd);
	*ret = out.pos;
	return block;
}

int point_encoder_copy(const struct point_encoder *encoder, void **ret, size_t *size)
{
	size_t header_size = 0;
	uint8_t *header = make_header(encoder, &header_size);

	if (!header)
		return -ENOMEM;
	*ret = compress(encoder, (ZSTD_inBuffer){ .src = header, .size = header_size }, size);
	free(header);
	return *ret ? 0 : -ENOMEM;
}

int point_encoder_close(struct point_encoder *encoder, void **ret, size_t *size)
{
	void *block;
	size_t block_size;

	if (point_encoder_copy(encoder, &block, &block_size))
		return -ENOMEM;
	encoder->n_points = 0;
	encoder->image = 0;
	encoder->steps.n = encoder->numbers.n = encoder->images.n = encoder->last.n = 0;
	*ret = block;
	*size = block_size;
	return 0;
}

static size_t left(const struct point_cursor *cursor)
{
	return (size_t)(cursor->end - cursor->at);
}

/* False: it does not end, is not in its shortest form, or has more than 64 bits. */
static bool get_number(struct point_cursor *cursor, uint64_t *ret)
{
	const uint8_t *at = cursor->at;
	uint64_t number = 0;

	for (unsigned int shift = 0; shift < 64 && at < cursor->end; shift += 7) {
		const uint8_t byte = *at++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if ((shift && !byte) || (shift == 63 && byte > 1))
			return false;
		cursor->at = at;
		*ret = number;
		return true;
	}
	return false;
}

static bool is_switch(const struct point_cursor *steps)
{
	return left(steps) >= 2 && steps->at[0] == SWITCH_0 && steps->at[1] == SWITCH_1;
}

static bool get_switch(struct point_decoder *decoder, uint32_t *ret)
{
	uint64_t image;

	decoder->steps.at += 2;
	if (!get_number(&decoder->steps, &image) || image >= decoder->n_images)
		return false;
	*ret = (uint32_t)image;
	return true;
}

static bool get_image_ids(struct point_decoder *decoder, struct point_cursor *content)
{
	for (uint32_t i = 0; i < decoder->n_images; i++) {
		uint64_t size;

		decoder->ids[i] = content->at;
		if (!get_number(content, &size) || !size || size > POINT_IMAGE_ID_SIZE ||
		    size > left(content))
			return false;
		content->at += size;
	}
	return true;
}

static bool get_words(struct point_decoder *decoder, struct point_cursor *content)
{
	uint64_t words;

	if (!get_number(content, &words) || !words || words > POINT_WORDS)
		return false;
	decoder->words = (uint8_t)words;
	return true;
}

/* What is left behind the header; each point is one byte at least. */
static bool get_parts(struct point_decoder *decoder, struct point_cursor *content)
{
	uint64_t size = left(content);

	if (decoder->codec == POINT_RECORDS && !get_words(decoder, content))
		return false;
	if (has_numbers(decoder->codec) && (!get_number(content, &size) || size > left(content)))
		return false;
	decoder->steps = (struct point_cursor){ content->at, content->at + size };
	decoder->numbers = (struct point_cursor){ content->at + size, content->end };
	return decoder->n_points <= size && (decoder->n_images || !decoder->n_points);
}

static int get_header(struct point_decoder *decoder, struct point_cursor *content)
{
	uint64_t n_images;

	decoder->codec = *content->at++;
	if (decoder->codec < POINTS_IN_ORDER || decoder->codec > POINT_RECORDS)
		return -EBADMSG;
	if (!get_number(content, &decoder->n_points) || !get_number(content, &n_images) ||
	    n_images > POINT_IMAGES)
		return -EBADMSG;
	decoder->n_images = (uint32_t)n_images;
	decoder->ids = calloc(n_images + 1, sizeof(*decoder->ids));
	decoder->last = calloc(n_images + 1, sizeof(*decoder->last));
	if (!decoder->ids || !decoder->last)
		return -ENOMEM;
	if (!get_image_ids(decoder, content) || !get_parts(decoder, content))
		return -EBADMSG;
	return 0;
}

/* To one byte at least. */
static int decompress(struct point_decoder *decoder, const void *block, size_t size, size_t limit,
		      struct point_cursor *ret)
{
	const unsigned long long content_size = ZSTD_getFrameContentSize(block, size);
	size_t rc;

	if (content_size == ZSTD_CONTENTSIZE_ERROR || content_size == ZSTD_CONTENTSIZE_UNKNOWN ||
	    !content_size)
		return -EBADMSG;
	if (content_size > limit)
		return -EFBIG;
	decoder->content = malloc(content_size);
	if (!decoder->content)
		return -ENOMEM;
	rc = ZSTD_decompress(decoder->content, content_size, block, size);
	if (ZSTD_isError(rc))
		return ZSTD_getErrorCode(rc) == ZSTD_error_memory_allocation ? -ENOMEM : -EBADMSG;
	*ret = (struct point_cursor){ decoder->content, decoder->content + rc };
	return 0;
}

int point_decoder_init(struct point_decoder *decoder, const void *block, size_t size, size_t limit)
{
	struct point_cursor content;
	int rc;

	*decoder = (struct point_decoder){ 0 };
	rc = decompress(decoder, block, size, limit, &content);
	if (rc == 0)
		rc = get_header(decoder, &content);
	if (rc < 0)
		point_decoder_fini(decoder);
	return rc;
}

void point_decoder_fini(struct point_decoder *decoder)
{
	free(decoder->content);
	free(decoder->ids);
	free(decoder->last);
	*decoder = (struct point_decoder){ 0 };
}

const void *point_decoder_image(const struct point_decoder *decoder, uint32_t image, size_t *size)
{
	/* The sizes are numbers of one byte or two. */
	const uint8_t *id = decoder->ids[image];

	*size = id[0] & 0x80 ? (size_t)(id[0] & 0x7f) | (size_t)id[1] << 7 : id[0];
	return id[0] & 0x80 ? id + 2 : id + 1;
}

static bool get_point(struct point_decoder *decoder, struct point *ret)
{
	uint32_t image = decoder->image;
	uint64_t number;

	/* To where it is already is no switch. */
	if (is_switch(&decoder->steps) && (!get_switch(decoder, &image) || image == decoder->image))
		return false;
	if (!get_number(&decoder->steps, &number))
		return false;
	decoder->image = image;
	decoder->last[image] += from_zigzag(number);
	*ret = (struct point){ .image = image, .offset = decoder->last[image] };
	return true;
}

static bool get_point_of_set(struct point_decoder *decoder, struct point_hits *ret)
{
	const bool begins = is_switch(&decoder->steps);
	uint64_t last = decoder->last[0], number;

	if (begins && !get_switch(decoder, &decoder->image))
		return false;
	if (!get_number(&decoder->steps, &number) || !get_number(&decoder->numbers, &ret->hits))
		return false;
	if (begins)
		last = 0;
	else if (!decoder->in_run || !number || number > UINT64_MAX - last)
		return false;
	decoder->in_run = true;
	decoder->last[0] = last + number;
	ret->point = (struct point){ .image = decoder->image, .offset = last + number };
	return true;
}

/* As many as were asked for, or are left. At the end nothing is left over. */
static int count(const struct point_decoder *decoder, enum point_codec codec, size_t *n)
{
	if (decoder->codec != codec)
		return -EINVAL;
	if (*n > decoder->n_points)
		*n = (size_t)decoder->n_points;
	return !decoder->n_points && (left(&decoder->steps) || left(&decoder->numbers)) ? -EBADMSG
											: 0;
}

static int damaged(struct point_decoder *decoder)
{
	/* Where there are points left, and no bytes for them. */
	decoder->steps.at = decoder->steps.end;
	return -EBADMSG;
}

int point_decoder_next(struct point_decoder *decoder, struct point *points, size_t n, size_t *ret)
{
	int rc = count(decoder, POINTS_IN_ORDER, &n);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!get_point(decoder, &points[i]))
			return damaged(decoder);
	decoder->n_points -= n;
	*ret = n;
	return 0;
}

static bool get_record(struct point_decoder *decoder, struct point *ret, uint64_t *words)
{
	for (size_t i = 0; i < decoder->words; i++)
		if (!get_number(&decoder->numbers, &words[i]))
			return false;
	return get_point(decoder, ret);
}

int point_decoder_next_records(struct point_decoder *decoder, struct point *points, uint64_t *words,
			       size_t n, size_t *ret)
{
	int rc = count(decoder, POINT_RECORDS, &n);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!get_record(decoder, &points[i], words + i * decoder->words))
			return damaged(decoder);
	decoder->n_points -= n;
	*ret = n;
	return 0;
}

int point_decoder_next_of_sets(struct point_decoder *decoder, struct point_hits *points, size_t n,
			       size_t *ret)
{
	int rc = count(decoder, POINT_SETS, &n);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!get_point_of_set(decoder, &points[i]))
			return damaged(decoder);
	decoder->n_points -= n;
	*ret = n;
	return 0;
}
