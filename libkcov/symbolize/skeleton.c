// SPDX-License-Identifier: MIT
#include "skeleton.h"

#include "die.h"

#include <dwarf.h>

/* The header of DWARF 5's .debug_addr. */
#define ADDRESSES_HEADER 8u

const char *kcov_skeleton_name(Dwarf_Die *cudie)
{
	const char *name = kcov_die_string(cudie, DW_AT_dwo_name);

	return name ? name : kcov_die_string(cudie, DW_AT_GNU_dwo_name);
}

bool kcov_skeleton_read(Dwarf_Die *cudie, struct kcov_skeleton *ret)
{
	struct kcov_skeleton skeleton = { .name = kcov_skeleton_name(cudie) };
	Dwarf_Half version;

	if (!skeleton.name || !*skeleton.name ||
	    dwarf_cu_info(cudie->cu, &version, NULL, NULL, NULL, &skeleton.id, NULL, NULL) < 0)
		return false;
	skeleton.directory = kcov_die_string(cudie, DW_AT_comp_dir);
	if (version < 5) {
		skeleton.id = kcov_die_word(cudie, DW_AT_GNU_dwo_id, 0);
		skeleton.addresses = kcov_die_word(cudie, DW_AT_GNU_addr_base, 0);
		skeleton.old_ranges = kcov_die_word(cudie, DW_AT_GNU_ranges_base, 0);
	} else {
		skeleton.addresses = kcov_die_word(cudie, DW_AT_addr_base, ADDRESSES_HEADER);
	}
	if (dwarf_lowpc(cudie, &skeleton.low) < 0)
		skeleton.low = 0;
	*ret = skeleton;
	return true;
}
