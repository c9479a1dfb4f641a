/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SPLIT_DIE_H
#define KCOV_SYMBOLIZE_SPLIT_DIE_H

#include "../image/sections.h"
#include "die-cursor.h"
#include "die.h"

/*
 * The half of a unit that is not linked. libdw finds it in few of the places where it may lie, and
 * in no package; so it is read here, as far as functions and inlined calls need it.
 */
struct kcov_split_unit {
	/* The file. */
	const char *path;
	/* The unit's pieces of it. */
	struct kcov_dwarf_sections sections;
	/* Where the unit begins in its DIEs, and its own DIE. */
	uint64_t offset;
	uint64_t die;
	unsigned int version;
	/* 4, or 8 in the 64-bit format. */
	unsigned int offset_size;
	/* What the image has of it. */
	uint64_t low;
	struct kcov_dwarf_section addresses;
	struct kcov_dwarf_section old_ranges;
	/* How many ranges were read, again and again included. */
	size_t n_ranges_read;
};

/* What a DIE of a split unit says, as far as anybody asks. Of a form of 0: it does not say. */
struct kcov_split_die {
	struct kcov_die_value name;
	struct kcov_die_value low;
	struct kcov_die_value high;
	struct kcov_die_value ranges;
	/* The DIE that has the rest: what is inlined, or declared, there. */
	struct kcov_die_value origin;
	/* That of its type. */
	struct kcov_die_value type;
	/* DW_TAG_*; of a type, how many bytes it has, and DW_ATE_*. */
	uint64_t tag;
	uint32_t size;
	uint32_t encoding;
	/* Where it is called from; 0: it does not say. */
	struct kcov_die_call call;
	/* Of the DIE of a unit; 0: it does not say. */
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

/* The DIE of its type. Returns as kcov_split_die_go_to_origin(). */
int kcov_split_die_type(const struct kcov_dies *dies, const struct kcov_split_die *die,
			const char **cause, struct kcov_split_die *ret);

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
