/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DWARF_SECTIONS_H
#define KCOV_SYMBOLIZE_DWARF_SECTIONS_H

#include "../base/bytes.h"

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

/* The sections of DWARF that are read as they lie in an image, without libdw. */

/* A section; nothing if it is not there. */
struct kcov_dwarf_section {
	const uint8_t *at;
	size_t n;
};

/* A reader of all of it. */
static inline struct kcov_reader kcov_dwarf_section_read(const struct kcov_dwarf_section *section)
{
	static const uint8_t nothing;
	const uint8_t *at = section->n ? section->at : &nothing;

	return (struct kcov_reader){ .at = at, .end = at + section->n };
}

struct kcov_dwarf_sections {
	struct kcov_dwarf_section lines;
	/* What ends in a NUL, or is left out. */
	struct kcov_dwarf_section line_strings;
	struct kcov_dwarf_section strings;
	struct kcov_dwarf_section dies;
	struct kcov_dwarf_section abbreviations;
	/* What only split DWARF is read for: see split-unit.h. */
	struct kcov_dwarf_section addresses;
	struct kcov_dwarf_section string_offsets;
	/* Of DWARF 4, and of DWARF 5. */
	struct kcov_dwarf_section old_ranges;
	struct kcov_dwarf_section range_lists;
	/* Which piece of a package is of which unit. */
	struct kcov_dwarf_section unit_index;
	/* How much of what units may have together was read, again and again included. */
	size_t n_lines_read;
	size_t n_abbreviations_read;
};

/* So many times as much as there is: so that a few damaged bytes do not stand for any number. */
#define KCOV_DWARF_READ_LIMIT 16u

/*
 * They lie in elf, decompressed and relocated if a Dwarf handle has been made of it. suffix is what
 * their names end in: "", or ".dwo" in the half of a unit that is not linked.
 */
void kcov_dwarf_sections_init(Elf *elf, const char *suffix, struct kcov_dwarf_sections *ret);

#endif
