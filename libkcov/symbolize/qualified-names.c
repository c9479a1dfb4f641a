// SPDX-License-Identifier: MIT
#include "qualified-names.h"

#include "cleanup.h"
#include "die.h"
#include "dies.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

enum {
	/* From a call to what is called, and from there to where it is declared. */
	MAX_ORIGINS = 8,
};

/* A namespace or a type that DIEs under way are in. */
struct scope {
	struct scope *outer;
	uint64_t offset;
	/* NULL until a function needs it. */
	const char *path;
};

struct walk {
	struct kcov_dies dies;
	Dwarf *handle;
	struct kcov_arena *arena;
	struct kcov_qualified_names *names;
	const char *cause;
};

/* Two names with "::" in between. */
static const char *join(struct kcov_arena *arena, const char *path, const char *name)
{
	const size_t n = strlen(path), m = strlen(name);
	char *ret = kcov_arena_alloc(arena, n + 2 + m + 1);

	if (!ret)
		return NULL;
	memcpy(ret, path, n);
	memcpy(ret + n, "::", 2);
	memcpy(ret + n + 2, name, m + 1);
	return ret;
}

static const char *scope_name(const struct walk *walk, const struct scope *scope)
{
	const char *name = NULL;
	Dwarf_Die die;

	if (dwarf_offdie(walk->handle, scope->offset, &die))
		name = dwarf_diename(&die);
	return name ? name : "(anonymous)";
}

/* As deep as DIEs nest, which is bounded. */
static int scope_path(const struct walk *walk, struct scope *scope)
{
	int rc = 0;

	if (scope->path)
		return 0;
	if (scope->outer)
		rc = scope_path(walk, scope->outer);
	if (rc < 0)
		return rc;
	scope->path = scope_name(walk, scope);
	if (scope->outer)
		scope->path = join(walk->arena, scope->outer->path, scope->path);
	return scope->path ? 0 : -ENOMEM;
}

static int add_function(struct walk *walk, const struct kcov_dies_one *one, struct scope *scope)
{
	struct kcov_qualified_name *added;
	int rc = scope_path(walk, scope);

	if (rc < 0)
		return rc;
	added = KCOV_TABLE_ADD(&walk->names->all);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_qualified_name){ .offset = one->offset, .path = scope->path };
	return 0;
}

static int walk_children(struct walk *walk, const struct kcov_dies_one *parent, struct scope *scope,
			 int depth);

static int walk_die(struct walk *walk, const struct kcov_dies_one *one, struct scope *scope,
		    int depth)
{
	struct scope inner = { .outer = scope, .offset = one->offset };
	int rc = 0;

	switch (one->shape->tag) {
	case DW_TAG_namespace:
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
		return walk_children(walk, one, &inner, depth);
	case DW_TAG_subprogram:
		if (scope)
			rc = add_function(walk, one, scope);
		return rc < 0 ? rc : walk_children(walk, one, scope, depth);
	case DW_TAG_lexical_block:
		return walk_children(walk, one, scope, depth);
	default:
		return kcov_dies_skip_children(&walk->dies, one, &walk->cause);
	}
}

static int walk_children(struct walk *walk, const struct kcov_dies_one *parent, struct scope *scope,
			 int depth)
{
	struct kcov_dies_one one;
	int rc;

	while ((rc = kcov_dies_next_child(&walk->dies, parent, depth, &walk->cause, &one)) > 0) {
		rc = walk_die(walk, &one, scope, depth + 1);
		if (rc < 0)
			break;
	}
	return rc;
}

static int walk_unit(struct walk *walk, struct kcov_unit_context *context, Dwarf_Die *cudie)
{
	struct kcov_dies_one unit;
	int rc = kcov_unit_open_dies(cudie, context, &walk->cause, &walk->dies, &unit);

	return rc < 0 ? rc : walk_children(walk, &unit, NULL, 0);
}

static bool has_namespaces(Dwarf_Die *cudie)
{
	switch (kcov_die_number(cudie, DW_AT_language)) {
	case 0:
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	/* C17 and C23, which elfutils does not name, and assembler. */
	case 0x2c:
	case 0x3e:
	case DW_LANG_Mips_Assembler:
		return false;
	default:
		return true;
	}
}

int kcov_qualified_names_read(Dwarf_Die *cudie, struct kcov_unit_context *context,
			      struct kcov_arena *arena, const char **cause,
			      struct kcov_qualified_names *ret)
{
	_cleanup_(kcov_qualified_names_fini) struct kcov_qualified_names names = {};
	struct walk walk = { .handle = dwarf_cu_getdwarf(cudie->cu),
			     .arena = arena,
			     .names = &names };
	int rc = has_namespaces(cudie) ? walk_unit(&walk, context, cudie) : 0;

	if (rc < 0) {
		*cause = walk.cause;
		return rc;
	}
	*ret = names;
	names = (struct kcov_qualified_names){};
	return 0;
}

void kcov_qualified_names_fini(struct kcov_qualified_names *names)
{
	free(names->all.at);
	*names = (struct kcov_qualified_names){};
}

static struct kcov_qualified_name *find(const struct kcov_qualified_names *names, uint64_t offset)
{
	const size_t n = KCOV_COUNT_UP_TO(names->all.at, names->all.n, offset, offset);

	return n && names->all.at[n - 1].offset == offset ? &names->all.at[n - 1] : NULL;
}

/* Where it is declared: what it was inlined from, or what it defines. */
static struct kcov_qualified_name *find_declared(const struct kcov_qualified_names *names,
						 Dwarf_Die *die)
{
	struct kcov_qualified_name *found = find(names, dwarf_dieoffset(die));
	Dwarf_Die at = *die;

	for (int i = 0; i < MAX_ORIGINS; i++) {
		struct kcov_qualified_name *further;
		Dwarf_Attribute attr;
		Dwarf_Die next;

		if (!dwarf_attr(&at, DW_AT_abstract_origin, &attr) &&
		    !dwarf_attr(&at, DW_AT_specification, &attr))
			break;
		if (!dwarf_formref_die(&attr, &next))
			break;
		further = find(names, dwarf_dieoffset(&next));
		if (further)
			found = further;
		at = next;
	}
	return found;
}

int kcov_qualified_name(struct kcov_qualified_names *names, Dwarf_Die *die,
			struct kcov_arena *arena, const char **ret)
{
	const char *name = dwarf_diename(die);
	struct kcov_qualified_name *found = NULL;

	*ret = name;
	if (!name || !names->all.n)
		return 0;
	found = find_declared(names, die);
	if (!found)
		return 0;
	if (!found->name)
		found->name = join(arena, found->path, name);
	*ret = found->name;
	return found->name ? 0 : -ENOMEM;
}
