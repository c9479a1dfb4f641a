// SPDX-License-Identifier: MIT
#include "die.h"

#include "../base/damage.h"
#include "../base/error.h"

int kcov_die_add_ranges(Dwarf_Die *die, const struct kcov_sections *text, uint64_t id,
			const char **cause, struct kcov_ranges *ranges)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(die, offset, &base, &low, &high)) > 0) {
		int rc = 0;

		if (kcov_sections_find(text, low))
			rc = kcov_ranges_add(ranges, low, high, id);
		if (rc < 0)
			return rc;
		if (ranges->n > KCOV_MAX_RANGES)
			return kcov_damage(cause, "too many address ranges");
	}
	return offset < 0 ? kcov_damage(cause, kcov_error_libdw()) : 0;
}

uint32_t kcov_die_number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word value;

	if (dwarf_formudata(dwarf_attr(die, name, &attr), &value) != 0)
		return 0;
	return value > UINT32_MAX ? 0 : (uint32_t)value;
}

const char *kcov_die_string(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr(die, name, &attr));
}
