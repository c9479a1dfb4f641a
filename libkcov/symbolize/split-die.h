/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SPLIT_DIE_H
#define KCOV_SYMBOLIZE_SPLIT_DIE_H

#include "sections.h"
#include "split-unit.h"

/* What a DIE of a split unit says, as far as anybody asks. Of a form of 0: it does not say. */
struct kcov_split_die {
	struct kcov_die_value name;
	struct kcov_die_value low;
	struct kcov_die_value high;
	struct kcov_die_value ranges;
	/* The DIE that has the rest: what is inlined, or declared, there. */
	struct kcov_die_value origin;
	/* 0: it does not say. */
	uint32_t call_file;
	uint32_t call_line;
	uint32_t call_column;
	/* Of the DIE of a unit. */
	uint32_t language;
	/* Of one of DWARF 4. */
	uint64_t dwo_id;
};

/* Read a DIE. Returns 0 or -EBADMSG, and cause says why. */
int kcov_split_die_read(const struct kcov_dies *dies, const struct kcov_dies_one *one,
			const char **cause, struct kcov_split_die *ret);

/* Read the DIE at an offset of the section. Returns 0 or -EBADMSG, and cause says why. */
int kcov_split_die_at(const struct kcov_dies *dies, uint64_t offset, const char **cause,
		      struct kcov_split_die *ret);

/*
 * Let a DIE be the one that it comes from, whose offset in the section is *ret. Returns 1, 0: it
 * comes from none, or -EBADMSG, and cause says why.
 */
int kcov_split_die_go_to_origin(const struct kcov_dies *dies, struct kcov_split_die *die,
				const char **cause, uint64_t *ret);

/* What is said by a text, in the sections of the unit; NULL: it cannot be read, or is none. */
const char *kcov_split_die_text(const struct kcov_split_unit *unit,
				const struct kcov_die_value *value);

/*
 * The name of a DIE, or of that which it comes from, in the sections of the unit; NULL: it has
 * none. Returns 0 or -EBADMSG, and cause says why.
 */
int kcov_split_die_name(const struct kcov_split_unit *unit, const struct kcov_dies *dies,
			const struct kcov_split_die *die, const char **cause, const char **ret);

/* As kcov_die_add_ranges(). */
int kcov_split_die_add_ranges(struct kcov_split_unit *unit, const struct kcov_split_die *die,
			      const struct kcov_sections *text, uint64_t id, const char **cause,
			      struct kcov_ranges *ranges);

#endif
