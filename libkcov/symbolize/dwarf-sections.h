/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DWARF_SECTIONS_H
#define KCOV_SYMBOLIZE_DWARF_SECTIONS_H

#include <libelf.h>
#include <stddef.h>
#include <stdint.h>

/* The sections of DWARF that are read as they lie in an image, without libdw. */

/* A section; nothing if it is not there. */
struct kcov_dwarf_section {
	const uint8_t *at;
	size_t n;
};

struct kcov_dwarf_sections {
	struct kcov_dwarf_section lines;
	/* What ends in a NUL, or is left out. */
	struct kcov_dwarf_section line_strings;
	struct kcov_dwarf_section strings;
	struct kcov_dwarf_section dies;
	struct kcov_dwarf_section abbreviations;
	/* How much of what units may have together was read, again and again included. */
	size_t n_lines_read;
	size_t n_abbreviations_read;
};

/* So many times as much as there is: so that a few damaged bytes do not stand for any number. */
#define KCOV_DWARF_READ_LIMIT 16u

/* They lie in elf, decompressed and relocated if a Dwarf handle has been made of it. */
void kcov_dwarf_sections_init(Elf *elf, struct kcov_dwarf_sections *ret);

#endif
