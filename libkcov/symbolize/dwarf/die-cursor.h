/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DIE_CURSOR_H
#define KCOV_SYMBOLIZE_DIE_CURSOR_H

#include "die-shapes.h"
#include "dwarf-bytes.h"

#include <stdbool.h>

/*
 * The DIEs of a unit one behind the other, and of each what its abbreviation says: what to make of
 * it is libdw's business, if the unit is linked.
 *
 * Why this is our own: libdw (0.188) reads no package (.dwp), and it does not read past damage,
 * while a unit that is damaged must not silence the others. It goes from DIE to DIE, too, but takes
 * locks for each, and sums up the sizes of attributes anew: of a kernel, where one DIE of six is
 * about text, that was half of the time that an index took to build (tests/bench/symbolize).
 */

/* What is in front of a unit's own DIE. */
struct kcov_unit_header {
	uint64_t version;
	/* Of DWARF 5; DW_UT_compile before. */
	uint8_t type;
	/* 4, or 8 in the 64-bit format. */
	unsigned int offset_size;
	unsigned int address_size;
	/* Where its abbreviations begin. */
	uint64_t abbreviations;
	/* Of the other half of a skeleton of DWARF 5, or 0. */
	uint64_t id;
};

/* Let a reader at a unit be one of what is behind its header, up to where it ends; false: cut. */
bool kcov_unit_header_read(struct kcov_reader *reader, struct kcov_unit_header *ret);

/* From a call to what is called, and from there to where it is declared, and so on. */
#define KCOV_MAX_ORIGINS 8

struct kcov_dies {
	/* What is left of the unit. */
	struct kcov_reader reader;
	/* Where offsets of DIEs count from, and those within the unit. */
	const uint8_t *section;
	const uint8_t *unit;
	const struct kcov_die_shapes *shapes;
};

struct kcov_dies_one {
	/* As dwarf_offdie() takes it. */
	uint64_t offset;
	/* NULL: there is none, what came before was the last child of its parent. */
	const struct kcov_die_shape *shape;
	/* Where the next one is with the same parent; NULL: it does not say. */
	const uint8_t *sibling;
	/* Nobody knows how long it is: what is behind cannot be read. */
	bool has_unknown_form;
};

/*
 * Begin at a DIE of the unit that begins at an offset of its own. Any number of threads may, with
 * shapes of their own, which are kept for the next unit that has the same, and stay until the end.
 * Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_dies_open(struct kcov_dwarf_sections *sections, struct kcov_die_shapes *shapes,
		   uint64_t unit, uint64_t die, const char **cause, struct kcov_dies *ret);

/* The next DIE: the first child of the one before, if that has any. Returns 0 or -EBADMSG. */
int kcov_dies_next(struct kcov_dies *dies, const char **cause, struct kcov_dies_one *ret);

/*
 * The next child of a DIE that is so deep in its unit, whose other children were gone through or
 * skipped. Returns 1, 0: there is none any more, or -EBADMSG, also if DIEs nest too deep.
 */
int kcov_dies_next_child(struct kcov_dies *dies, const struct kcov_dies_one *parent, int depth,
			 const char **cause, struct kcov_dies_one *ret);

/* Go on behind the children of the DIE that came last. Returns 0 or -EBADMSG. */
int kcov_dies_skip_children(struct kcov_dies *dies, const struct kcov_dies_one *parent,
			    const char **cause);

/* What an attribute is followed by: 0, or NULL, if that is no number, or no text. */
struct kcov_die_value {
	uint64_t form;
	uint64_t number;
	const char *text;
};

/* Read that of a form; the reader fails if it is cut, or of no form that is known. */
void kcov_die_value_read(const struct kcov_die_shapes *shapes, uint64_t form,
			 struct kcov_reader *reader, struct kcov_die_value *ret);

/*
 * The DIE at an offset, as dwarf_offdie() takes it, and its children, which come next in ret.
 * Returns 0 or -EBADMSG, and cause says why.
 */
int kcov_dies_go(const struct kcov_dies *dies, uint64_t offset, const char **cause,
		 struct kcov_dies *ret, struct kcov_dies_one *ret_one);

#endif
