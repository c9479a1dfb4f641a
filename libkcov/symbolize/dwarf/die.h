/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DIE_H
#define KCOV_SYMBOLIZE_DIE_H

#include "../image/sections.h"

#include <elfutils/libdw.h>

/* Where a call is; as in the line table. */
struct kcov_die_call {
	uint32_t file;
	uint32_t line;
	uint32_t column;
};

/*
 * Add those address ranges of a DIE that begin in text, all with one id: the linker leaves others
 * at address 0 or thereabouts. Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_die_add_ranges(Dwarf_Die *die, const struct kcov_sections *text, uint64_t id,
			const char **cause, struct kcov_ranges *ranges);

/* An attribute that is a number, or 0. */
uint32_t kcov_die_number(Dwarf_Die *die, unsigned int name);

/* An attribute that is a string, or NULL. */
const char *kcov_die_string(Dwarf_Die *die, unsigned int name);

#endif
