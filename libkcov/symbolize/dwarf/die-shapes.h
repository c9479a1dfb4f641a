/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DIE_SHAPES_H
#define KCOV_SYMBOLIZE_DIE_SHAPES_H

#include "../base/table.h"
#include "dwarf-sections.h"

#include <stdbool.h>

/* What DIEs of one abbreviation have in common. */
struct kcov_die_shape {
	uint64_t code;
	uint64_t tag;
	bool has_children;
	/* An attribute that says where it is: dwarf_ranges() may find something. */
	bool has_addresses;
	/* The names and forms of its attributes, up to two zeros. */
	const uint8_t *attributes;
	/* How to get behind its attributes. */
	size_t first_step;
	size_t n_steps;
};

/* What an attribute is followed by. */
enum kcov_die_step_kind {
	/* So many bytes. */
	KCOV_DIE_STEP_FIXED,
	/* A number of 7 bits a byte. */
	KCOV_DIE_STEP_LEB,
	/* As many bytes as a number of size bytes before them says; 0: a number of 7 bits a byte.
	 */
	KCOV_DIE_STEP_BLOCK,
	KCOV_DIE_STEP_TEXT,
	/* Where the next sibling is, in size bytes; 0: a number of 7 bits a byte. */
	KCOV_DIE_STEP_SIBLING,
	/* A form, and what it is followed by. */
	KCOV_DIE_STEP_INDIRECT,
	KCOV_DIE_STEP_NONE,
};

struct kcov_die_step {
	/* enum kcov_die_step_kind. */
	uint8_t kind;
	uint8_t size;
};

/* The abbreviations of a table; {} to begin with. */
struct kcov_die_shapes {
	/* What they are of: the same for all units of a linker that made one of them. */
	uint64_t offset;
	uint64_t version;
	unsigned int offset_size;
	unsigned int address_size;
	/* Sorted by their codes. */
	KCOV_TABLE(struct kcov_die_shape) all;
	KCOV_TABLE(struct kcov_die_step) steps;
	/* Where their section ends. */
	const uint8_t *end;
	bool is_read;
};

/*
 * Let shapes be those that are wanted, of which all up to all is set, if they are not yet. Returns
 * 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_die_shapes_read(struct kcov_dwarf_sections *sections, const struct kcov_die_shapes *wanted,
			 const char **cause, struct kcov_die_shapes *shapes);

void kcov_die_shapes_fini(struct kcov_die_shapes *shapes);

/* That of an abbreviation whose number does not tell where it is, or NULL. */
const struct kcov_die_shape *kcov_die_shape_search(const struct kcov_die_shapes *shapes,
						   uint64_t code);

/* That of an abbreviation, or NULL. */
static inline const struct kcov_die_shape *
kcov_die_shapes_find(const struct kcov_die_shapes *shapes, uint64_t code)
{
	if (code <= shapes->all.n && shapes->all.at[code - 1].code == code)
		return &shapes->all.at[code - 1];
	return kcov_die_shape_search(shapes, code);
}

/* How to get behind what is of a form. */
struct kcov_die_step kcov_die_step_of_form(const struct kcov_die_shapes *shapes, uint64_t form);

#endif
