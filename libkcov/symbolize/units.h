/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNITS_H
#define KCOV_SYMBOLIZE_UNITS_H

#include "image.h"
#include "steps.h"
#include "unit.h"

/* The compile units of an image, each of them read when it is first needed. */
struct kcov_units {
	const struct kcov_image *image;
	Dwarf *handle;
	/* Address to offset of the unit's DIE, as .debug_aranges has it. */
	struct kcov_steps by_arange;
	/* The same from all units, once an address was not in .debug_aranges. */
	struct kcov_steps by_unit;
	bool has_all;
	/* Those read so far, sorted by offset. */
	struct kcov_unit **at;
	size_t n;
};

/* Returns 0 or -ENOMEM. */
int kcov_units_init(const struct kcov_image *image, Dwarf *handle, struct kcov_units *ret);

void kcov_units_fini(struct kcov_units *units);

/*
 * The offset of the DIE of the unit that holds an address of text, or KCOV_STEP_NONE.
 * gcc lists the addresses of all units in .debug_aranges; only for what is not there,
 * as in all that clang compiles, every unit is asked, once.
 *
 * Returns 0, -ENOMEM, or -EBADMSG.
 */
int kcov_units_find_offset(struct kcov_units *units, uint64_t address,
			   struct kcov_symbolize_error **error, uint64_t *ret);

/*
 * The unit that holds an address of text, or NULL. Returns 0, -ENOMEM, or -EBADMSG:
 * the unit is damaged.
 */
int kcov_units_find(struct kcov_units *units, uint64_t address, struct kcov_symbolize_error **error,
		    struct kcov_unit **ret);

#endif
