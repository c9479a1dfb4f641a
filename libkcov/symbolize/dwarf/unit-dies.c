// SPDX-License-Identifier: MIT
#include "unit-dies.h"

#include "../base/damage.h"
#include "../base/error.h"
#include "die.h"

#include <dwarf.h>

static int open_linked(Dwarf_Die *cudie, struct kcov_unit_context *context, const char **cause,
		       struct kcov_dies *ret)
{
	const Dwarf_Off offset = dwarf_dieoffset(cudie);

	return kcov_dies_open(context->sections, &context->shapes, offset - dwarf_cuoffset(cudie),
			      offset, cause, ret);
}

int kcov_unit_dies_open(Dwarf_Die *cudie, struct kcov_split_unit *split,
			struct kcov_unit_context *context, const char **cause,
			struct kcov_unit_dies *ret, struct kcov_dies_one *ret_unit)
{
	int rc;

	*ret = (struct kcov_unit_dies){
		.handle = dwarf_cu_getdwarf(cudie->cu),
		.split = split,
		.nameless = context->nameless,
		.linked_die = *cudie,
	};
	rc = split ? kcov_split_unit_walk(split, &context->split_shapes, cause, &ret->dies)
		   : open_linked(cudie, context, cause, &ret->dies);
	if (rc == 0)
		rc = kcov_dies_next(&ret->dies, cause, ret_unit);
	if (rc == 0 && split && ret_unit->shape)
		rc = kcov_split_die_read(&ret->dies, ret_unit, cause, &ret->split_die);
	return rc;
}

int kcov_unit_dies_go(struct kcov_unit_dies *dies, uint64_t offset, const char **cause)
{
	if (dies->split)
		return kcov_split_die_at(&dies->dies, offset, cause, &dies->split_die);
	return dwarf_offdie(dies->handle, offset, &dies->linked_die)
		       ? 0
		       : kcov_damage(cause, kcov_error_libdw());
}

static bool go_to_linked_origin(Dwarf_Die *die, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die origin;

	if (!dwarf_attr(die, DW_AT_abstract_origin, &attr) &&
	    !dwarf_attr(die, DW_AT_specification, &attr))
		return false;
	if (!dwarf_formref_die(&attr, &origin))
		return false;
	*die = origin;
	*ret = dwarf_dieoffset(die);
	return true;
}

bool kcov_unit_dies_go_to_origin(struct kcov_unit_dies *dies, uint64_t *ret)
{
	const char *cause;

	return dies->split
		       ? kcov_split_die_go_to_origin(&dies->dies, &dies->split_die, &cause, ret) > 0
		       : go_to_linked_origin(&dies->linked_die, ret);
}

/* Whether a DIE without a name has one, or comes from one, that cannot be read. */
static bool is_name_lost(Dwarf_Die die)
{
	uint64_t offset;

	for (int i = 0; i < KCOV_MAX_ORIGINS; i++) {
		if (dwarf_tag(&die) == DW_TAG_invalid || dwarf_hasattr(&die, DW_AT_name))
			return true;
		if (!go_to_linked_origin(&die, &offset))
			return dwarf_hasattr(&die, DW_AT_abstract_origin) ||
			       dwarf_hasattr(&die, DW_AT_specification);
	}
	return false;
}

int kcov_unit_dies_name(const struct kcov_unit_dies *dies, const char **cause, const char **ret)
{
	Dwarf_Die die = dies->linked_die;

	if (dies->split)
		return kcov_split_die_name(dies->split, &dies->dies, &dies->split_die, cause, ret);
	*ret = dwarf_diename(&die);
	return !*ret && dies->nameless && is_name_lost(die) ? kcov_damage(cause, dies->nameless)
							    : 0;
}

int kcov_unit_dies_add_ranges(struct kcov_unit_dies *dies, const struct kcov_sections *text,
			      uint64_t id, const char **cause, struct kcov_ranges *ranges)
{
	return dies->split ? kcov_split_die_add_ranges(dies->split, &dies->split_die, text, id,
						       cause, ranges)
			   : kcov_die_add_ranges(&dies->linked_die, text, id, cause, ranges);
}

void kcov_unit_dies_read_call(struct kcov_unit_dies *dies, struct kcov_die_call *ret)
{
	Dwarf_Die *die = &dies->linked_die;

	*ret = dies->split ? dies->split_die.call
			   : (struct kcov_die_call){
				     .file = kcov_die_number(die, DW_AT_call_file),
				     .line = kcov_die_number(die, DW_AT_call_line),
				     .column = kcov_die_number(die, DW_AT_call_column),
			     };
}

uint32_t kcov_unit_dies_language(struct kcov_unit_dies *dies)
{
	return dies->split ? dies->split_die.language
			   : kcov_die_number(&dies->linked_die, DW_AT_language);
}
