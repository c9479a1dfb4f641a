// SPDX-License-Identifier: MIT
#include "split-die.h"

#include "../base/damage.h"
#include "range-list.h"

#include <dwarf.h>
#include <errno.h>

static uint32_t number_of(const struct kcov_die_value *value)
{
	return value->number > UINT32_MAX ? 0 : (uint32_t)value->number;
}

static void take(struct kcov_split_die *die, uint64_t name, const struct kcov_die_value *value)
{
	switch (name) {
	case DW_AT_name:
		die->name = *value;
		break;
	case DW_AT_low_pc:
		die->low = *value;
		break;
	case DW_AT_high_pc:
		die->high = *value;
		break;
	case DW_AT_ranges:
		die->ranges = *value;
		break;
	case DW_AT_specification:
		if (!die->origin.form)
			die->origin = *value;
		break;
	case DW_AT_abstract_origin:
		die->origin = *value;
		break;
	case DW_AT_call_file:
		die->call.file = number_of(value);
		break;
	case DW_AT_call_line:
		die->call.line = number_of(value);
		break;
	case DW_AT_call_column:
		die->call.column = number_of(value);
		break;
	case DW_AT_language:
		die->language = number_of(value);
		break;
	case DW_AT_type:
		die->type = *value;
		break;
	case DW_AT_byte_size:
		die->size = number_of(value);
		break;
	case DW_AT_encoding:
		die->encoding = number_of(value);
		break;
	case DW_AT_GNU_dwo_id:
		die->dwo_id = value->number;
		break;
	}
}

int kcov_split_die_read(const struct kcov_dies *dies, const struct kcov_dies_one *one,
			const char **cause, struct kcov_split_die *ret)
{
	struct kcov_reader names = { .at = one->shape->attributes, .end = dies->shapes->end };
	struct kcov_reader reader = { .at = dies->section + one->offset, .end = dies->reader.end };
	struct kcov_split_die die = { .tag = one->shape->tag };

	/* The number of its abbreviation. */
	kcov_read_uleb(&reader);
	for (;;) {
		const uint64_t name = kcov_read_uleb(&names), form = kcov_read_uleb(&names);
		struct kcov_die_value value;

		if (names.failed || reader.failed)
			return kcov_damage(cause, "a DIE is cut");
		if (!name && !form)
			break;
		kcov_die_value_read(dies->shapes, form, &reader, &value);
		if (form == DW_FORM_implicit_const)
			value.number = (uint64_t)kcov_read_sleb(&names);
		take(&die, name, &value);
	}
	*ret = die;
	return 0;
}

/* What is in strings at an offset; they end in a NUL. */
static const char *text_at(const struct kcov_split_unit *unit, uint64_t offset)
{
	const struct kcov_dwarf_section *strings = &unit->sections.strings;

	return offset < strings->n ? (const char *)strings->at + offset : NULL;
}

/* By its number, DWARF 5 has a header in front: as long as an offset and four bytes. */
static const char *text_of_number(const struct kcov_split_unit *unit, uint64_t number)
{
	const struct kcov_dwarf_section *offsets = &unit->sections.string_offsets;
	struct kcov_reader reader = kcov_dwarf_section_read(offsets);
	uint64_t offset;

	if (unit->version >= 5)
		kcov_read_piece(&reader, unit->offset_size == 8 ? 16 : 8);
	if (number > offsets->n)
		return NULL;
	kcov_read_piece(&reader, number * unit->offset_size);
	offset = kcov_read_fixed(&reader, unit->offset_size);
	return reader.failed ? NULL : text_at(unit, offset);
}

const char *kcov_split_die_text(const struct kcov_split_unit *unit,
				const struct kcov_die_value *value)
{
	switch (value->form) {
	case DW_FORM_string:
		return value->text;
	case DW_FORM_strp:
		return text_at(unit, value->number);
	case DW_FORM_strx:
	case DW_FORM_strx1:
	case DW_FORM_strx2:
	case DW_FORM_strx3:
	case DW_FORM_strx4:
	case DW_FORM_GNU_str_index:
		return text_of_number(unit, value->number);
	default:
		return NULL;
	}
}

static bool is_within_unit(uint64_t form)
{
	return form == DW_FORM_ref1 || form == DW_FORM_ref2 || form == DW_FORM_ref4 ||
	       form == DW_FORM_ref8 || form == DW_FORM_ref_udata;
}

int kcov_split_die_at(const struct kcov_dies *dies, uint64_t offset, const char **cause,
		      struct kcov_split_die *ret)
{
	struct kcov_dies_one one;
	struct kcov_dies there;
	int rc = kcov_dies_go(dies, offset, cause, &there, &one);

	if (rc == 0 && !one.shape)
		rc = kcov_damage(cause, "an offset leads to no DIE");
	return rc < 0 ? rc : kcov_split_die_read(dies, &one, cause, ret);
}

/* The DIE that a value refers to, and its offset; elsewhere: what it is if that is in no DIE here.
 */
static int follow(const struct kcov_dies *dies, const struct kcov_die_value *value,
		  const char *elsewhere, const char **cause, struct kcov_split_die *ret,
		  uint64_t *ret_offset)
{
	const uint64_t offset = value->number + (uint64_t)(dies->unit - dies->section);
	int rc;

	if (!value->form)
		return 0;
	if (!is_within_unit(value->form))
		return kcov_damage(cause, elsewhere);
	rc = kcov_split_die_at(dies, offset, cause, ret);
	if (rc < 0)
		return rc;
	*ret_offset = offset;
	return 1;
}

int kcov_split_die_go_to_origin(const struct kcov_dies *dies, struct kcov_split_die *die,
				const char **cause, uint64_t *ret)
{
	const struct kcov_die_value origin = die->origin;

	return follow(dies, &origin, "a function is inlined from another unit", cause, die, ret);
}

int kcov_split_die_type(const struct kcov_dies *dies, const struct kcov_split_die *die,
			const char **cause, struct kcov_split_die *ret)
{
	uint64_t offset;

	return follow(dies, &die->type, "a type is in another unit", cause, ret, &offset);
}

int kcov_split_die_name(const struct kcov_split_unit *unit, const struct kcov_dies *dies,
			const struct kcov_split_die *die, const char **cause, const char **ret)
{
	struct kcov_split_die at = *die;
	uint64_t offset;
	int rc = 1;

	*ret = NULL;
	for (int i = 0; i < KCOV_MAX_ORIGINS && !at.name.form && rc > 0; i++)
		rc = kcov_split_die_go_to_origin(dies, &at, cause, &offset);
	if (rc < 0 || !at.name.form)
		return rc < 0 ? rc : 0;
	*ret = kcov_split_die_text(unit, &at.name);
	return *ret ? 0 : kcov_damage(cause, "the name of a function cannot be read");
}

static bool is_address_number(uint64_t form)
{
	switch (form) {
	case DW_FORM_addrx:
	case DW_FORM_addrx1:
	case DW_FORM_addrx2:
	case DW_FORM_addrx3:
	case DW_FORM_addrx4:
	case DW_FORM_GNU_addr_index:
		return true;
	default:
		return false;
	}
}

static bool address_of(const struct kcov_split_unit *unit, const struct kcov_die_value *value,
		       uint64_t *ret)
{
	if (is_address_number(value->form))
		return kcov_address_find(&unit->addresses, value->number, ret);
	*ret = value->number;
	return value->form == DW_FORM_addr;
}

static int add_range(const struct kcov_sections *text, uint64_t low, uint64_t high, uint64_t id,
		     struct kcov_ranges *ranges)
{
	return kcov_sections_find(text, low) ? kcov_ranges_add(ranges, low, high, id) : 0;
}

/* Where a list is that has a number: behind the header there is a table of their offsets. */
static bool find_list(const struct kcov_split_unit *unit, uint64_t number,
		      struct kcov_reader *reader)
{
	struct kcov_reader table = *reader;
	uint64_t offset;

	kcov_read_piece(&table, unit->offset_size == 8 ? 20 : 12);
	*reader = table;
	if (number > (uint64_t)(table.end - table.at))
		return false;
	kcov_read_piece(&table, number * unit->offset_size);
	offset = kcov_read_fixed(&table, unit->offset_size);
	kcov_read_piece(reader, offset);
	return !table.failed && !reader->failed;
}

static bool open_list(const struct kcov_split_unit *unit, const struct kcov_die_value *value,
		      struct kcov_range_list *ret)
{
	const struct kcov_dwarf_section *section =
		unit->version < 5 ? &unit->old_ranges : &unit->sections.range_lists;

	*ret = (struct kcov_range_list){
		.reader = kcov_dwarf_section_read(section),
		.version = unit->version,
		.base = unit->low,
		.addresses = unit->addresses,
	};
	if (value->form == DW_FORM_rnglistx)
		return find_list(unit, value->number, &ret->reader);
	kcov_read_piece(&ret->reader, value->number);
	return !ret->reader.failed;
}

static int add_list(struct kcov_split_unit *unit, const struct kcov_split_die *die,
		    const struct kcov_sections *text, uint64_t id, const char **cause,
		    struct kcov_ranges *ranges)
{
	struct kcov_range_list list;
	uint64_t low, high;
	int rc;

	if (!open_list(unit, &die->ranges, &list))
		return kcov_damage(cause, "a list of address ranges is not there");
	while ((rc = kcov_range_list_next(&list, &low, &high)) > 0) {
		rc = add_range(text, low, high, id, ranges);
		if (rc < 0)
			return rc;
		if (list.n_entries > KCOV_MAX_RANGES - unit->n_ranges_read)
			break;
	}
	if (list.n_entries > KCOV_MAX_RANGES - unit->n_ranges_read)
		return kcov_damage(cause, "too many address ranges");
	unit->n_ranges_read += list.n_entries;
	return rc < 0 ? kcov_damage(cause, "a list of address ranges is cut") : 0;
}

int kcov_split_die_add_ranges(struct kcov_split_unit *unit, const struct kcov_split_die *die,
			      const struct kcov_sections *text, uint64_t id, const char **cause,
			      struct kcov_ranges *ranges)
{
	uint64_t low, high;

	if (die->ranges.form)
		return add_list(unit, die, text, id, cause, ranges);
	if (!die->low.form || !die->high.form)
		return 0;
	if (!address_of(unit, &die->low, &low))
		return kcov_damage(cause, "an address is not in .debug_addr");
	/* What is no address says how long it is. */
	if (die->high.form != DW_FORM_addr && !is_address_number(die->high.form))
		high = low + die->high.number;
	else if (!address_of(unit, &die->high, &high))
		return kcov_damage(cause, "an address is not in .debug_addr");
	return add_range(text, low, high, id, ranges);
}
