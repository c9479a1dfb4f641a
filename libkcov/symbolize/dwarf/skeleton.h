/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SKELETON_H
#define KCOV_SYMBOLIZE_SKELETON_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What an image has of a unit whose DWARF is split (-gsplit-dwarf, CONFIG_DEBUG_INFO_SPLIT): its
 * lines, its addresses, and which file the other half is in.
 */
struct kcov_skeleton {
	/* As seen from where it was compiled, which may be NULL. */
	const char *name;
	const char *directory;
	/* What both halves have. */
	uint64_t id;
	/* Where offsets of the other half count from: in text, .debug_addr and .debug_ranges. */
	uint64_t low;
	uint64_t addresses;
	uint64_t old_ranges;
};

/* Whether a unit is one, which may be damaged. */
bool kcov_skeleton_is(Dwarf_Die *cudie);

/* Returns 1, 0: the unit is no skeleton, or -EBADMSG, and cause says why. */
int kcov_skeleton_read(Dwarf_Die *cudie, const char **cause, struct kcov_skeleton *ret);

/* The name of the file of the other half; NULL: it has none that can be read. */
const char *kcov_skeleton_name(Dwarf_Die *cudie);

#endif
