// SPDX-License-Identifier: MIT
#include "wal-damage.h"

#include "page-layout.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	PAGE_SIZE = PAGE_SUMS_PAGE_SIZE,
	MAGIC = 0x377f0682,
	/* Of a WAL's header. */
	HEADER = 32,
	HEADER_PAGE_SIZE = 8,
	HEADER_SALT = 16,
	HEADER_SUM = 24,
	/* Of a frame. */
	FRAME = 24 + PAGE_SIZE,
	FRAME_PAGES = 4,
	FRAME_SALT = 8,
	FRAME_SUM = 16,
	FRAME_PAGE = 24,
};

struct sum {
	uint32_t s1, s2;
};

struct wal {
	/* Whether words are summed as those of a machine of big-endian order. */
	bool is_big;
	uint8_t salt[8];
	/* What the header, or the frame before, says of itself. */
	struct sum said;
	size_t n;
	/* Frames, and the header, that are not as they were written come first at this one. */
	bool has_wrong;
	size_t wrong;
	bool is_damaged;
};

static uint32_t get_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t get_word(const uint8_t *at, bool is_big)
{
	return is_big ? get_be32(at) : __builtin_bswap32(get_be32(at));
}

static struct sum get_sum(const uint8_t *at)
{
	return (struct sum){ get_be32(at), get_be32(at + 4) };
}

static bool is_same(struct sum a, struct sum b)
{
	return a.s1 == b.s1 && a.s2 == b.s2;
}

static struct sum add(struct sum sum, const uint8_t *bytes, size_t n, bool is_big)
{
	for (size_t i = 0; i < n; i += 8) {
		sum.s1 += get_word(bytes + i, is_big) + sum.s2;
		sum.s2 += get_word(bytes + i + 4, is_big) + sum.s1;
	}
	return sum;
}

static void set_wrong(struct wal *wal, size_t what)
{
	if (!wal->has_wrong)
		wal->wrong = what;
	wal->has_wrong = true;
}

static void take_header(struct wal *wal, const uint8_t *header)
{
	const uint32_t magic = get_be32(header);
	const struct sum nothing = { 0, 0 };

	wal->is_big = magic & 1;
	wal->said = get_sum(header + HEADER_SUM);
	memcpy(wal->salt, header + HEADER_SALT, sizeof(wal->salt));
	if ((magic & ~1u) == MAGIC &&
	    is_same(add(nothing, header, HEADER_SUM, wal->is_big), wal->said))
		return;
	set_wrong(wal, 0);
	wal->is_big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

static void take_frame(struct wal *wal, const uint8_t *frame)
{
	struct sum sum = add(wal->said, frame, FRAME_SALT, wal->is_big);
	bool is_right;

	/* If the header is damaged, its salt can be, too. */
	if (!wal->n && wal->has_wrong)
		memcpy(wal->salt, frame + FRAME_SALT, sizeof(wal->salt));
	wal->n++;
	sum = add(sum, frame + FRAME_PAGE, PAGE_SIZE, wal->is_big);
	wal->said = get_sum(frame + FRAME_SUM);
	is_right = is_same(sum, wal->said) &&
		   !memcmp(frame + FRAME_SALT, wal->salt, sizeof(wal->salt)) && get_be32(frame);
	if (!is_right)
		set_wrong(wal, wal->n);
	else if (wal->has_wrong && get_be32(frame + FRAME_PAGES))
		wal->is_damaged = true;
}

static void take_all(struct wal *wal, FILE *file)
{
	uint8_t bytes[FRAME];

	if (fread(bytes, HEADER, 1, file) != 1)
		return;
	take_header(wal, bytes);
	/* Not one of ours. */
	if (!wal->has_wrong && get_be32(bytes + HEADER_PAGE_SIZE) != PAGE_SIZE)
		return;
	while (fread(bytes, sizeof(bytes), 1, file) == 1)
		take_frame(wal, bytes);
}

int wal_damage_find(const char *path, struct wal_damage *ret)
{
	struct wal wal = { 0 };
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file)
		return errno == ENOENT ? 0 : -errno;
	take_all(&wal, file);
	if (ferror(file))
		err = -EIO;
	fclose(file);
	if (err || !wal.is_damaged)
		return err;
	*ret = (struct wal_damage){ .frame = wal.wrong, .n = wal.n };
	return 1;
}
