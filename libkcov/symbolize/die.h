/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DIE_H
#define KCOV_SYMBOLIZE_DIE_H

#include "steps.h"

#include <elfutils/libdw.h>

/*
 * Add the address ranges of a DIE, all with one id. Returns 0, -ENOMEM, or -EBADMSG,
 * and cause says why.
 */
int kcov_die_add_ranges(Dwarf_Die *die, uint64_t id, const char **cause,
			struct kcov_ranges *ranges);

/* An attribute that is a number, or 0. */
uint32_t kcov_die_number(Dwarf_Die *die, unsigned int name);

/* An attribute that is a string, or NULL. */
const char *kcov_die_string(Dwarf_Die *die, unsigned int name);

#endif
