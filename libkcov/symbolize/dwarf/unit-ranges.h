/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNIT_RANGES_H
#define KCOV_SYMBOLIZE_UNIT_RANGES_H

#include "../base/steps.h"
#include "../base/table.h"
#include "../image/image.h"
#include "unit.h"

#include <elfutils/libdw.h>

/* A unit that cannot be read. */
struct kcov_damaged_unit {
	/* The offset of its DIE. */
	uint64_t offset;
	/* A constant. */
	const char *cause;
};

/* The text of the compile units of an image; {} to begin with. */
struct kcov_unit_ranges {
	/* An id is the offset of a unit's DIE. */
	struct kcov_ranges ranges;
	/* Units of which it is not known where their text is. */
	KCOV_TABLE(struct kcov_damaged_unit) damaged;
	/* Whether any unit is split. */
	bool has_skeletons;
};

/*
 * Read them. All units are asked: .debug_aranges would be faster, but clang leaves it out. If a
 * unit's DIE has no ranges, those of its functions and its line table count. Returns 0 or -ENOMEM.
 */
int kcov_unit_ranges_read(Dwarf *handle, struct kcov_unit_context *context,
			  struct kcov_unit_ranges *ret);

void kcov_unit_ranges_fini(struct kcov_unit_ranges *units);

#endif
