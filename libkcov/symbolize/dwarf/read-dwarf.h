/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_READ_DWARF_H
#define KCOV_SYMBOLIZE_READ_DWARF_H

#include "../base/arena.h"
#include "../image/image.h"
#include "read-units.h"
#include "unit-ranges.h"

/* All of an image's DWARF that says something of its text. */
struct kcov_dwarf {
	Dwarf *handle;
	struct kcov_dwarf_sections sections;
	/* What the handle refers to. */
	struct kcov_supplement supplement;
	struct kcov_supplement_handle supplement_handle;
	/* Where halves of its units are that are not linked; {} if all are. */
	struct kcov_split_search splits;
	struct kcov_unit_ranges ranges;
	/* Which unit text is of: the offset of its DIE. */
	struct kcov_steps pieces;
	struct kcov_read_units units;
	struct kcov_arena arena;
	/* Where the source tree is; or NULL: not known. */
	const char *source_root;
	uint64_t *offsets;
};

/*
 * Read the DWARF of an image, or that of its debug file. A unit that is damaged does not keep the
 * others from being read. Returns 0, or
 *	-EINVAL: there is none to be read;
 *	-ENOMEM.
 */
int kcov_dwarf_read(const struct kcov_image *image, struct kcov_symbolize_error **error,
		    struct kcov_dwarf *ret);

void kcov_dwarf_fini(struct kcov_dwarf *dwarf);

#endif
