// SPDX-License-Identifier: MIT
#include "syscall-parameters.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

enum {
	/* Types of types. */
	MAX_DEPTH = 8,
	MAX_CHILDREN = 64,
};

/* A DIE of the image, or of a unit's other half. */
struct place {
	Dwarf_Die linked;
	struct kcov_split_die split;
};

struct reading {
	struct kcov_unit_dies *dies;
	struct kcov_arena *arena;
	struct kcov_syscall *function;
	bool no_memory;
};

static uint64_t tag_of(const struct reading *reading, struct place *place)
{
	return reading->dies->split ? place->split.tag : (uint64_t)dwarf_tag(&place->linked);
}

static const char *name_of(const struct reading *reading, struct place *place)
{
	return reading->dies->split ? kcov_split_die_text(reading->dies->split, &place->split.name)
				    : kcov_die_string(&place->linked, DW_AT_name);
}

static uint32_t size_of(const struct reading *reading, struct place *place)
{
	return reading->dies->split ? place->split.size
				    : kcov_die_number(&place->linked, DW_AT_byte_size);
}

static uint32_t encoding_of(const struct reading *reading, struct place *place)
{
	return reading->dies->split ? place->split.encoding
				    : kcov_die_number(&place->linked, DW_AT_encoding);
}

/* False: it has none, as void has, or it cannot be read. */
static bool type_of(const struct reading *reading, struct place *place, struct place *ret)
{
	Dwarf_Attribute attr;
	const char *cause;

	if (reading->dies->split)
		return kcov_split_die_type(&reading->dies->dies, &place->split, &cause,
					   &ret->split) > 0;
	return dwarf_attr(&place->linked, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, &ret->linked);
}

static bool is_qualifier(uint64_t tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* Out of memory it is "", and known. */
static const char *join(struct reading *reading, const char *first, const char *second)
{
	const char *ret = kcov_arena_format(reading->arena, "%s%s", first, second);

	reading->no_memory |= !ret;
	return ret ? ret : "";
}

static const char *describe(struct reading *reading, struct place *place, int depth);

/* Of what a type is made of: void, if of nothing. */
static const char *describe_inner(struct reading *reading, struct place *place, int depth)
{
	struct place inner;

	if (!type_of(reading, place, &inner))
		return "void";
	return depth == MAX_DEPTH ? "??" : describe(reading, &inner, depth + 1);
}

static const char *describe_qualified(struct reading *reading, struct place *place,
				      const char *qualifier, int depth)
{
	const char *inner = describe_inner(reading, place, depth);
	const size_t n = strlen(inner);

	return n && inner[n - 1] == '*' ? join(reading, inner, qualifier)
					: join(reading, join(reading, qualifier, " "), inner);
}

static const char *describe_pointer(struct reading *reading, struct place *place, int depth)
{
	const char *inner = describe_inner(reading, place, depth);
	const size_t n = strlen(inner);

	return join(reading, inner, n && inner[n - 1] == '*' ? "*" : " *");
}

/* As C has it, but for functions. */
static const char *describe(struct reading *reading, struct place *place, int depth)
{
	const char *name = name_of(reading, place);

	switch (tag_of(reading, place)) {
	case DW_TAG_pointer_type:
		return describe_pointer(reading, place, depth);
	case DW_TAG_const_type:
		return describe_qualified(reading, place, "const", depth);
	case DW_TAG_volatile_type:
		return describe_qualified(reading, place, "volatile", depth);
	case DW_TAG_restrict_type:
	case DW_TAG_atomic_type:
		return describe_inner(reading, place, depth);
	case DW_TAG_structure_type:
		return join(reading, "struct ", name ? name : "");
	case DW_TAG_union_type:
		return join(reading, "union ", name ? name : "");
	case DW_TAG_enumeration_type:
		return join(reading, "enum ", name ? name : "");
	case DW_TAG_subroutine_type:
		return "function";
	default:
		return name ? name : "??";
	}
}

/* What a type is behind typedefs and qualifiers; and whether it is const on the way. */
static bool strip(const struct reading *reading, struct place *place, bool *is_const)
{
	*is_const = false;
	for (int i = 0; i < MAX_DEPTH; i++) {
		const uint64_t tag = tag_of(reading, place);
		struct place inner;

		if (tag != DW_TAG_typedef && !is_qualifier(tag))
			return true;
		*is_const |= tag == DW_TAG_const_type;
		if (!type_of(reading, place, &inner))
			return false;
		*place = inner;
	}
	return false;
}

static bool is_character(const struct reading *reading, struct place *place)
{
	const uint32_t encoding = encoding_of(reading, place);

	return tag_of(reading, place) == DW_TAG_base_type && size_of(reading, place) == 1 &&
	       (encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char);
}

static enum kcov_parameter_kind pointer_kind(const struct reading *reading, struct place *pointer)
{
	struct place pointed;
	bool is_const;

	if (!type_of(reading, pointer, &pointed) || !strip(reading, &pointed, &is_const) ||
	    !is_character(reading, &pointed))
		return KCOV_PARAMETER_POINTER;
	return is_const ? KCOV_PARAMETER_CONST_CHARS : KCOV_PARAMETER_CHARS;
}

static enum kcov_parameter_kind number_kind(uint32_t encoding)
{
	switch (encoding) {
	case DW_ATE_signed:
	case DW_ATE_signed_char:
		return KCOV_PARAMETER_SIGNED;
	case DW_ATE_unsigned:
	case DW_ATE_unsigned_char:
	case DW_ATE_boolean:
		return KCOV_PARAMETER_UNSIGNED;
	default:
		return KCOV_PARAMETER_OTHER;
	}
}

static void read_type(struct reading *reading, struct place *type, struct kcov_parameter *parameter)
{
	bool is_const;

	parameter->type = describe(reading, type, 0);
	parameter->kind = KCOV_PARAMETER_OTHER;
	if (!strip(reading, type, &is_const))
		return;
	parameter->size = size_of(reading, type);
	switch (tag_of(reading, type)) {
	case DW_TAG_pointer_type:
		parameter->kind = pointer_kind(reading, type);
		/* clang does not say it. */
		if (!parameter->size)
			parameter->size = reading->dies->dies.shapes->address_size;
		break;
	case DW_TAG_base_type:
		parameter->kind = number_kind(encoding_of(reading, type));
		break;
	case DW_TAG_enumeration_type:
		parameter->kind = KCOV_PARAMETER_UNSIGNED;
		break;
	default:
		break;
	}
}

static void add_parameter(struct reading *reading, struct place *place)
{
	struct kcov_syscall *function = reading->function;
	struct kcov_parameter *parameter = &function->parameters[function->n];
	struct place type;

	if (tag_of(reading, place) != DW_TAG_formal_parameter ||
	    function->n == KCOV_SYSCALL_PARAMETERS)
		return;
	*parameter = (struct kcov_parameter){ .name = name_of(reading, place), .type = "void" };
	if (type_of(reading, place, &type))
		read_type(reading, &type, parameter);
	function->n++;
}

static void read_linked(struct reading *reading)
{
	struct place child = {};
	int rc = dwarf_child(&reading->dies->linked_die, &child.linked);

	for (int i = 0; rc == 0 && i < MAX_CHILDREN; i++) {
		add_parameter(reading, &child);
		rc = dwarf_siblingof(&child.linked, &child.linked);
	}
}

static void read_split(struct reading *reading, uint64_t offset)
{
	const char *cause;
	struct kcov_dies dies;
	struct kcov_dies_one one, child;
	int rc = kcov_dies_go(&reading->dies->dies, offset, &cause, &dies, &one);

	for (int i = 0; rc >= 0 && i < MAX_CHILDREN; i++) {
		struct place place = {};

		rc = kcov_dies_next_child(&dies, &one, 0, &cause, &child);
		if (rc <= 0 || kcov_split_die_read(&dies, &child, &cause, &place.split) < 0)
			return;
		add_parameter(reading, &place);
		rc = kcov_dies_skip_children(&dies, &child, &cause);
	}
}

/* What is inlined, or a copy of a function, comes from the one that names its parameters. */
static void read_parameters(struct reading *reading, uint64_t offset)
{
	const char *cause;

	if (kcov_unit_dies_go(reading->dies, offset, &cause) < 0)
		return;
	for (int i = 0; i < KCOV_MAX_ORIGINS; i++)
		if (!kcov_unit_dies_go_to_origin(reading->dies, &offset))
			break;
	if (reading->dies->split)
		read_split(reading, offset);
	else
		read_linked(reading);
}

/* "openat" of "__do_sys_openat"; NULL: it is none. */
static const char *name_behind(const char *name, bool *is_compat)
{
	static const char native[] = "__do_sys_", compat[] = "__do_compat_sys_";

	*is_compat = strncmp(name, compat, sizeof(compat) - 1) == 0;
	if (*is_compat)
		name += sizeof(compat) - 1;
	else if (strncmp(name, native, sizeof(native) - 1) == 0)
		name += sizeof(native) - 1;
	else
		return NULL;
	/* What the compiler moved elsewhere. */
	return *name && !strchr(name, '.') ? name : NULL;
}

static bool is_known(const struct kcov_syscall_functions *functions, const char *name,
		     bool is_compat)
{
	for (size_t i = 0; i < functions->all.n; i++)
		if (functions->all.at[i].is_compat == is_compat &&
		    strcmp(functions->all.at[i].name, name) == 0)
			return true;
	return false;
}

int kcov_syscall_functions_add(struct kcov_syscall_functions *functions, const char *name,
			       uint64_t offset, struct kcov_unit_dies *dies,
			       struct kcov_arena *arena)
{
	struct kcov_syscall function = {}, *added;
	struct reading reading = { .dies = dies, .arena = arena, .function = &function };

	function.name = name_behind(name, &function.is_compat);
	if (!function.name || is_known(functions, function.name, function.is_compat))
		return 0;
	read_parameters(&reading, offset);
	added = reading.no_memory ? NULL : KCOV_TABLE_ADD(&functions->all);
	if (!added)
		return -ENOMEM;
	*added = function;
	return 0;
}
