// SPDX-License-Identifier: MIT
#include "skeleton.h"

#include "../base/damage.h"
#include "die.h"

#include <dwarf.h>

/* The header of DWARF 5's .debug_addr. */
#define ADDRESSES_HEADER 8u

const char *kcov_skeleton_name(Dwarf_Die *cudie)
{
	const char *name = kcov_die_string(cudie, DW_AT_dwo_name);

	return name ? name : kcov_die_string(cudie, DW_AT_GNU_dwo_name);
}

bool kcov_skeleton_is(Dwarf_Die *cudie)
{
	return dwarf_tag(cudie) == DW_TAG_skeleton_unit || dwarf_hasattr(cudie, DW_AT_dwo_name) ||
	       dwarf_hasattr(cudie, DW_AT_GNU_dwo_name);
}

/* Where offsets count from; otherwise if the unit does not say. False: that cannot be read. */
static bool read_base(Dwarf_Die *cudie, unsigned int name, uint64_t otherwise, uint64_t *ret)
{
	Dwarf_Attribute attr;

	*ret = otherwise;
	return !dwarf_attr(cudie, name, &attr) || dwarf_formudata(&attr, ret) == 0;
}

static bool read_bases(Dwarf_Die *cudie, Dwarf_Half version, struct kcov_skeleton *skeleton)
{
	if (version >= 5)
		return read_base(cudie, DW_AT_addr_base, ADDRESSES_HEADER, &skeleton->addresses);
	return read_base(cudie, DW_AT_GNU_dwo_id, 0, &skeleton->id) &&
	       read_base(cudie, DW_AT_GNU_addr_base, 0, &skeleton->addresses) &&
	       read_base(cudie, DW_AT_GNU_ranges_base, 0, &skeleton->old_ranges);
}

int kcov_skeleton_read(Dwarf_Die *cudie, const char **cause, struct kcov_skeleton *ret)
{
	struct kcov_skeleton skeleton = { .name = kcov_skeleton_name(cudie) };
	Dwarf_Half version;

	if (!kcov_skeleton_is(cudie))
		return 0;
	if (!skeleton.name || !*skeleton.name ||
	    dwarf_cu_info(cudie->cu, &version, NULL, NULL, NULL, &skeleton.id, NULL, NULL) < 0 ||
	    !read_bases(cudie, version, &skeleton) ||
	    (dwarf_hasattr(cudie, DW_AT_low_pc) && dwarf_lowpc(cudie, &skeleton.low) < 0))
		return kcov_damage(cause, "what it says of its other half cannot be read");
	skeleton.directory = kcov_die_string(cudie, DW_AT_comp_dir);
	*ret = skeleton;
	return 1;
}
