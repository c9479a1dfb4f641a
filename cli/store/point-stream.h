/* SPDX-License-Identifier: MIT */
/*
 * Coverage points as bytes, in blocks: in the order in which they ran, with or without other words
 * that were recorded with each, or as sets with how often each ran. A block does not depend on the
 * file that it is in. It has a table of its images, each with an id by which it is known
 * everywhere, such as a build-id, and points say which of these they are in.
 *
 * A block is one frame of zstd. In it, numbers are LEB128 in their shortest form:
 *
 * - the codec (a byte), how many points, how many images;
 *
 * - for each image its id (its size, its bytes);
 *
 * - with records, how many words each has besides its point;
 *
 * - with sets and records, how many bytes the steps have;
 *
 * - for each point its step, [0x80 0x00 IMAGE] DELTA;
 *
 * - with sets, for each point how often it ran; with records, for each point its other words.
 *
 * 0x80 0x00, which is no number in its shortest form, is where another image begins, so that all
 * other steps take no bit for that. In order, DELTA is the difference to the last point of the same
 * image, modulo 2^64, zigzag (0, -1, 1, -2 are 0, 1, 2, 3); an image's first one is the difference
 * to 0, and a block begins in image 0 if it does not say another. In sets, points ascend: IMAGE
 * begins an image's run, the first DELTA of a run is the offset, and the others are at least 1.
 *
 * Points take fewer bytes in larger blocks, since tasks repeat each other: those of a shell that
 * runs short commands take 0.11 bytes each in blocks of 130,000, 0.054 in blocks of 650,000, and
 * 0.042 in blocks of 1.3 million, which are 2 MiB before they are compressed. So tasks should share
 * blocks.
 */
#ifndef KCOVCTL_POINT_STREAM_H
#define KCOVCTL_POINT_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Bytes of an id, of which there is at least one. */
	POINT_IMAGE_ID_SIZE = 128,
	/* Images of a block. */
	POINT_IMAGES = 4096,
	/* Words of a record, besides its point. */
	POINT_WORDS = 8,
	/* Bytes of a block of a recording, decompressed: 64 million steps. */
	POINT_BLOCK_LIMIT = 256 << 20,
};

enum point_codec {
	POINTS_IN_ORDER = 1,
	POINT_SETS = 2,
	/* In order, and what else was recorded with each. */
	POINT_RECORDS = 3,
};

struct point {
	/* Its place in the block's table. */
	uint32_t image;
	uint64_t offset;
};

struct point_hits {
	struct point point;
	uint64_t hits;
};

struct point_image {
	uint8_t size;
	uint8_t id[POINT_IMAGE_ID_SIZE];
};

struct point_bytes {
	uint8_t *at;
	size_t n, room;
};

struct point_encoder {
	enum point_codec codec;
	/* Of records, from 1 on: set it before there are any. */
	uint8_t words;
	uint64_t n_points;
	/* The last point's image. */
	uint32_t image;
	struct point_bytes steps;
	/* Of sets, how often each ran; of records, their words. */
	struct point_bytes numbers;
	struct {
		struct point_image *at;
		size_t n, room;
	} images;
	/* The last offset in each. */
	struct {
		uint64_t *at;
		size_t n, room;
	} last;
};

void point_encoder_init(struct point_encoder *encoder, enum point_codec codec);

void point_encoder_fini(struct point_encoder *encoder);

/*
 * The number of an image in the block; the id's first caller gets the next one. For equal blocks
 * from equal points, ask when the image's first point comes. -EINVAL: the id has no bytes, or too
 * many; -ENOSPC: there are POINT_IMAGES; -ENOMEM.
 */
int point_encoder_image(struct point_encoder *encoder, const void *id, size_t size, uint32_t *ret);

/* In order. All of them, or none: -EINVAL (no such image, or the codec is the other one), -ENOMEM.
 */
int point_encoder_add(struct point_encoder *encoder, const struct point *points, size_t n);

/*
 * One set, which ascends by image and then by offset, each point once. All of it, or nothing:
 * -EINVAL (it does not, there is no such image, or the codec is the other one), -ENOMEM. Where a
 * set ends in its block is the caller's to know.
 */
int point_encoder_add_set(struct point_encoder *encoder, const struct point_hits *points, size_t n);

/*
 * Records in order: n points, and behind each other the words of each. As point_encoder_add().
 */
int point_encoder_add_records(struct point_encoder *encoder, const struct point *points,
			      const uint64_t *words, size_t n);

/* How many bytes its points are so far, not compressed. */
static inline size_t point_encoder_size(const struct point_encoder *encoder)
{
	return encoder->steps.n + encoder->numbers.n;
}

/* The block so far, to be freed; more can be added, for another block that begins with it. -ENOMEM.
 */
int point_encoder_copy(const struct point_encoder *encoder, void **ret, size_t *size);

/*
 * The block, to be freed; the encoder is empty then, without images too, and keeps its memory for
 * the next one. -ENOMEM: it is as it was.
 */
int point_encoder_close(struct point_encoder *encoder, void **ret, size_t *size);

/* What is left to read. */
struct point_cursor {
	const uint8_t *at, *end;
};

struct point_decoder {
	enum point_codec codec;
	/* Of records, POINT_WORDS at most; else 0. */
	uint8_t words;
	/* Those that were not read yet. */
	uint64_t n_points;
	uint32_t n_images;
	/* The last point's image. */
	uint32_t image;
	/* The last offset in each image. */
	uint64_t *last;
	/* Where each begins in the content: its size, its bytes. */
	const uint8_t **ids;
	uint8_t *content;
	struct point_cursor steps, numbers;
	/* Of sets: the first run has begun. */
	bool in_run;
};

/*
 * A block, which need not stay, and which is not trusted: -EBADMSG if it is damaged, -EFBIG if it
 * says that it has more than so many bytes when it is decompressed, -ENOMEM. There are no more
 * points in it than bytes.
 */
int point_decoder_init(struct point_decoder *decoder, const void *block, size_t size, size_t limit);

void point_decoder_fini(struct point_decoder *decoder);

/* The id of one of its n_images. */
const void *point_decoder_image(const struct point_decoder *decoder, uint32_t image, size_t *size);

/*
 * The next points, at most n of them; *ret is how many, 0 at the end. -EBADMSG: they are damaged,
 * and so are all that follow; -EINVAL: the codec is the other one.
 */
int point_decoder_next(struct point_decoder *decoder, struct point *points, size_t n, size_t *ret);

/* The same of records: room for n points, and for the words of n. */
int point_decoder_next_records(struct point_decoder *decoder, struct point *points, uint64_t *words,
			       size_t n, size_t *ret);

int point_decoder_next_of_sets(struct point_decoder *decoder, struct point_hits *points, size_t n,
			       size_t *ret);

#endif
