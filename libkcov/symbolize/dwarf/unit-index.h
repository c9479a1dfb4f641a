/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNIT_INDEX_H
#define KCOV_SYMBOLIZE_UNIT_INDEX_H

#include "dwarf-sections.h"

#include <stdbool.h>

/* .debug_cu_index of a package of split units (.dwp), version 2 for DWARF 4 and version 5. */

/* A piece of a section, in bytes. */
struct kcov_unit_piece {
	uint32_t offset;
	uint32_t size;
};

/* The pieces of a unit; of size 0: it has none. */
struct kcov_unit_pieces {
	struct kcov_unit_piece dies;
	struct kcov_unit_piece abbreviations;
	struct kcov_unit_piece string_offsets;
	struct kcov_unit_piece range_lists;
	/* Of the index. */
	unsigned int version;
};

/*
 * Look up a unit by its id. Returns 0, -ENOENT: it is not there, or -EBADMSG: the index is damaged,
 * or of a version that is not known. Takes no longer than to read the index once.
 */
int kcov_unit_index_find(const struct kcov_dwarf_section *index, uint64_t id,
			 struct kcov_unit_pieces *ret);

#endif
