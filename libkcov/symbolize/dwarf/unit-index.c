// SPDX-License-Identifier: MIT
#include "unit-index.h"

#include "../base/bytes.h"

#include <errno.h>

enum {
	HEADER_SIZE = 16,
	/* What columns are of, in both versions. */
	SECTION_DIES = 1,
	SECTION_ABBREVIATIONS = 3,
	SECTION_STRING_OFFSETS = 6,
	/* In version 2 these are macros; the units of DWARF 4 there have no such lists. */
	SECTION_RANGE_LISTS = 8,
};

/* Tables of words, one behind the other. */
struct layout {
	unsigned int version;
	uint32_t n_columns;
	uint32_t n_rows;
	uint32_t n_slots;
	/* The ids by slot, and by slot the row plus one; 0: the slot is free. */
	const uint8_t *ids;
	const uint8_t *rows;
	/* What each column is of; then by row and column where the piece begins, and its size. */
	const uint8_t *columns;
	const uint8_t *offsets;
	const uint8_t *sizes;
};

static bool read_layout(const struct kcov_dwarf_section *index, struct layout *ret)
{
	uint64_t left = index->n, cells;

	if (left < HEADER_SIZE)
		return false;
	/* A word in version 2, and half of one in version 5. */
	ret->version = kcov_load_u32(index->at) & 0xffff;
	ret->n_columns = kcov_load_u32(index->at + 4);
	ret->n_rows = kcov_load_u32(index->at + 8);
	ret->n_slots = kcov_load_u32(index->at + 12);
	left -= HEADER_SIZE;
	if ((ret->version != 2 && ret->version != 5) || ret->n_slots & (ret->n_slots - 1) ||
	    ret->n_slots > left / 12)
		return false;
	left = (left - 12 * (uint64_t)ret->n_slots) / 4;
	cells = (uint64_t)ret->n_rows * ret->n_columns;
	if (ret->n_columns > left || cells > (left - ret->n_columns) / 2)
		return false;
	ret->ids = index->at + HEADER_SIZE;
	ret->rows = ret->ids + 8 * (size_t)ret->n_slots;
	ret->columns = ret->rows + 4 * (size_t)ret->n_slots;
	ret->offsets = ret->columns + 4 * (size_t)ret->n_columns;
	ret->sizes = ret->offsets + 4 * (size_t)cells;
	return true;
}

/* The row of a unit, plus one; 0: it is not there. */
static uint32_t find_row(const struct layout *layout, uint64_t id)
{
	const uint32_t mask = layout->n_slots - 1;
	const uint32_t step = ((uint32_t)(id >> 32) & mask) | 1;
	uint32_t slot = (uint32_t)id & mask;

	/* Its free slots may be damaged, so that there is none. */
	for (uint32_t i = 0; i < layout->n_slots; i++, slot = (slot + step) & mask) {
		const uint32_t row = kcov_load_u32(layout->rows + 4 * (size_t)slot);

		if (!row || kcov_load_u64(layout->ids + 8 * (size_t)slot) == id)
			return row;
	}
	return 0;
}

static struct kcov_unit_piece *piece_of(struct kcov_unit_pieces *pieces, uint32_t section)
{
	switch (section) {
	case SECTION_DIES:
		return &pieces->dies;
	case SECTION_ABBREVIATIONS:
		return &pieces->abbreviations;
	case SECTION_STRING_OFFSETS:
		return &pieces->string_offsets;
	case SECTION_RANGE_LISTS:
		return &pieces->range_lists;
	default:
		return NULL;
	}
}

int kcov_unit_index_find(const struct kcov_dwarf_section *index, uint64_t id,
			 struct kcov_unit_pieces *ret)
{
	struct kcov_unit_pieces pieces = {};
	struct layout layout;
	uint32_t row;

	if (!read_layout(index, &layout))
		return -EBADMSG;
	row = find_row(&layout, id);
	if (!row)
		return -ENOENT;
	if (row > layout.n_rows)
		return -EBADMSG;
	pieces.version = layout.version;
	for (uint32_t i = 0; i < layout.n_columns; i++) {
		const size_t cell = 4 * ((size_t)(row - 1) * layout.n_columns + i);
		struct kcov_unit_piece *piece =
			piece_of(&pieces, kcov_load_u32(layout.columns + 4 * (size_t)i));

		if (piece)
			*piece = (struct kcov_unit_piece){ kcov_load_u32(layout.offsets + cell),
							   kcov_load_u32(layout.sizes + cell) };
	}
	*ret = pieces;
	return 0;
}
