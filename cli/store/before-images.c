// SPDX-License-Identifier: MIT
#define XXH_INLINE_ALL
#include "before-images.h"

#include "page-stamp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	PAGE_SIZE = PAGE_SUMS_PAGE_SIZE,
	/* Behind the page. */
	MAGIC = PAGE_SIZE,
	NUMBERS = MAGIC + 8,
	SUM = NUMBERS + 4 * 4,
	/* What can have a whole image in it, and be behind the last whole one. */
	END = 2 * BEFORE_IMAGE_SIZE,
};

static const char magic[8] = "kcov-was";

/* All of them; where they begin in the file. */
struct before_images {
	struct before_image last;
	off_t at;
};

static void put_le32(uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get_le32(const uint8_t *at)
{
	return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static void make_sum(const uint8_t *bytes, uint8_t ret[8])
{
	const uint64_t sum = XXH3_64bits(bytes, SUM);

	put_le32(ret, (uint32_t)sum);
	put_le32(ret + 4, (uint32_t)(sum >> 32));
}

void before_image_put(uint8_t bytes[BEFORE_IMAGE_SIZE], const struct before_image *image)
{
	memcpy(bytes + MAGIC, magic, sizeof(magic));
	put_le32(bytes + NUMBERS, image->page);
	put_le32(bytes + NUMBERS + 4, image->index);
	put_le32(bytes + NUMBERS + 8, image->generation);
	put_le32(bytes + NUMBERS + 12, image->pages);
	make_sum(bytes, bytes + SUM);
}

bool before_image_get(const uint8_t bytes[BEFORE_IMAGE_SIZE], struct before_image *ret)
{
	uint8_t sum[8];

	if (memcmp(bytes + MAGIC, magic, sizeof(magic)) != 0)
		return false;
	make_sum(bytes, sum);
	if (memcmp(bytes + SUM, sum, sizeof(sum)) != 0)
		return false;
	*ret = (struct before_image){
		.page = get_le32(bytes + NUMBERS),
		.index = get_le32(bytes + NUMBERS + 4),
		.generation = get_le32(bytes + NUMBERS + 8),
		.pages = get_le32(bytes + NUMBERS + 12),
	};
	return ret->page && ret->page <= ret->pages;
}

static int read_all(int fd, void *buffer, size_t n, off_t at)
{
	const ssize_t got = pread(fd, buffer, n, at);

	if (got < 0)
		return -errno;
	return (size_t)got == n ? 0 : -EBADMSG;
}

static int write_all(int fd, const void *buffer, size_t n, off_t at)
{
	const ssize_t put = pwrite(fd, buffer, n, at);

	if (put < 0)
		return -errno;
	return (size_t)put == n ? 0 : -ENOSPC;
}

/* The last one in the n bytes at the end of a file of that size. 1, 0 or -EBADMSG. */
static int find_last(const uint8_t *bytes, size_t n, off_t size, struct before_images *ret)
{
	for (size_t end = n; end >= BEFORE_IMAGE_SIZE; end--) {
		const off_t at = size - (off_t)(n - end);

		if (!before_image_get(bytes + end - BEFORE_IMAGE_SIZE, &ret->last))
			continue;
		ret->at = at - ((off_t)ret->last.index + 1) * BEFORE_IMAGE_SIZE;
		return ret->at < (off_t)ret->last.pages * PAGE_SIZE ? -EBADMSG : 1;
	}
	return 0;
}

static int find(int fd, struct before_images *ret)
{
	struct stat st;
	uint8_t *bytes;
	size_t n;
	int err;

	if (fstat(fd, &st))
		return -errno;
	n = st.st_size < END ? (size_t)st.st_size : END;
	bytes = malloc(END);
	if (!bytes)
		return -ENOMEM;
	err = read_all(fd, bytes, n, st.st_size - (off_t)n);
	if (!err)
		err = find_last(bytes, n, st.st_size, ret);
	free(bytes);
	return err;
}

int before_images_find(int fd)
{
	struct before_images images;

	return find(fd, &images);
}

/*
 * A copy that was made over some time can have images of another checkpoint than of the one that
 * its pages are of, or of the next one.
 */
static int check_generation(int fd, uint32_t generation)
{
	uint8_t tail[PAGE_SUMS_RESERVED];
	int err = read_all(fd, tail, sizeof(tail), PAGE_SIZE - PAGE_SUMS_RESERVED);
	uint32_t is;

	if (err)
		return err;
	is = page_stamp_get(tail, 1);
	if (is == PAGE_STAMP_UNKNOWN || generation == PAGE_STAMP_UNKNOWN)
		return 0;
	return is == generation || is + 1 == generation ? 0 : -EBADMSG;
}

/* The last one first: of a page that has two, the first is what it was. */
static int restore_each(int fd, const struct before_images *images, bool is_done)
{
	uint8_t bytes[BEFORE_IMAGE_SIZE];
	struct before_image image;
	int err = 0;

	for (int64_t i = images->last.index; i >= 0 && !err; i--) {
		err = read_all(fd, bytes, sizeof(bytes), images->at + i * BEFORE_IMAGE_SIZE);
		if (!err && (!before_image_get(bytes, &image) || image.index != (uint32_t)i ||
			     image.generation != images->last.generation ||
			     image.pages != images->last.pages))
			err = -EBADMSG;
		if (!err && is_done)
			err = write_all(fd, bytes, PAGE_SIZE, (off_t)(image.page - 1) * PAGE_SIZE);
	}
	return err;
}

/* They stay until all is done: whoever comes after one that was killed here does it again. */
int before_images_restore(int fd)
{
	struct before_images images;
	int err = find(fd, &images);

	if (err <= 0)
		return err;
	err = check_generation(fd, images.last.generation);
	if (!err)
		err = restore_each(fd, &images, false);
	if (!err)
		err = restore_each(fd, &images, true);
	if (!err && ftruncate(fd, (off_t)images.last.pages * PAGE_SIZE))
		err = -errno;
	return err;
}
