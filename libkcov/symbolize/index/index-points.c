// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <errno.h>
#include <limits.h>

/* A coverage point, and where to go on from it. */
struct point_cursor {
	const struct kcov_index *index;
	struct kcov_reader reader;
	/* The number of the one that is next. */
	uint32_t next;
	uint32_t pc;
	bool is_cmp;
};

/* False: there is none any more, or the index is damaged, as the reader tells. */
static bool cursor_next(struct point_cursor *cursor)
{
	uint32_t number;

	if (cursor->next >= cursor->index->n_points)
		return false;
	if (cursor->next % KCOV_INDEX_POINT_BLOCK == 0)
		cursor->pc = word(cursor->index, KCOV_INDEX_POINT_BLOCKS,
				  2 * (size_t)(cursor->next / KCOV_INDEX_POINT_BLOCK));
	number = kcov_read_number(&cursor->reader);
	cursor->next++;
	cursor->pc += number >> 1;
	cursor->is_cmp = number & 1;
	return !cursor->reader.failed;
}

/* To the last block whose first point is not behind an offset, or to the first. */
static void cursor_find(struct point_cursor *cursor, uint32_t offset)
{
	const struct kcov_index *index = cursor->index;
	size_t block;
	size_t n = index->tables[KCOV_INDEX_POINTS].n;
	const uint8_t *at = index->tables[KCOV_INDEX_POINTS].at;
	uint32_t low;

	kcov_index_find_blocks(index->tables[KCOV_INDEX_POINT_BLOCKS].at,
			       words(index, KCOV_INDEX_POINT_BLOCKS) / 2, &offset, 1, &block);
	block -= block != 0;
	low = word(index, KCOV_INDEX_POINT_BLOCKS, 2 * block + 1);
	cursor->next = (uint32_t)block * KCOV_INDEX_POINT_BLOCK;
	cursor->reader = (struct kcov_reader){ .at = at + (low < n ? low : n), .end = at + n };
}

int kcov_index_point(const struct kcov_index *index, uint64_t address)
{
	struct point_cursor cursor = { .index = index };
	uint32_t offset = (uint32_t)(address - index->base);

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return KCOV_POINT_UNKNOWN;
	if (!index->n_points || address < index->base || address - index->base > UINT32_MAX)
		return KCOV_POINT_NONE;
	cursor_find(&cursor, offset);
	while (cursor_next(&cursor) && cursor.pc <= offset) {
		if (cursor.pc == offset)
			return cursor.is_cmp ? KCOV_POINT_CMP : KCOV_POINT_PC;
	}
	return cursor.reader.failed ? -EBADMSG : KCOV_POINT_NONE;
}

int kcov_index_points(const struct kcov_index *index, enum kcov_point kind, uint64_t address,
		      uint64_t *ret, size_t room)
{
	struct point_cursor cursor = { .index = index };
	uint64_t offset = address < index->base ? 0 : address - index->base;
	size_t n = 0;

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return -ENODATA;
	if (!index->n_points || offset > UINT32_MAX)
		return 0;
	cursor_find(&cursor, (uint32_t)offset);
	while (n < room && n < INT_MAX && cursor_next(&cursor)) {
		if (cursor.pc > UINT64_MAX - index->base)
			return -EBADMSG;
		if (cursor.pc >= offset && cursor.is_cmp == (kind == KCOV_POINT_CMP))
			ret[n++] = index->base + cursor.pc;
	}
	return cursor.reader.failed ? -EBADMSG : (int)n;
}

/* Coverage points that are read at once. */
#define POINTS_AT_ONCE 64

/*
 * The sections of a module lie in the order of their headers, as offsets do. A point is behind its
 * call, and so behind the section's end at most.
 */
int kcov_index_points_by_offset(const struct kcov_index *index, enum kcov_point kind,
				uint64_t offset, uint64_t *ret, size_t room)
{
	uint64_t some[POINTS_AT_ONCE], from = index->base;
	size_t n = 0;
	int n_some;

	do {
		n_some = kcov_index_points(index, kind, from, some, POINTS_AT_ONCE);
		for (int i = 0; n < room && i < n_some; i++) {
			from = some[i] + 1;
			if (kcov_index_to_offset(index, some[i] - 1, &ret[n]) && ++ret[n] >= offset)
				n++;
		}
	} while (n < room && n_some == POINTS_AT_ONCE);
	return n_some < 0 ? n_some : (int)n;
}
