// SPDX-License-Identifier: MIT
#include "qualified-names.h"

#include "../base/cleanup.h"
#include "die-cursor.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

/* A namespace or a type that DIEs under way are in. */
struct scope {
	struct scope *outer;
	uint64_t offset;
	/* NULL until a function needs it. */
	const char *path;
};

struct walk {
	struct kcov_unit_dies unit;
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

static int scope_name(struct walk *walk, const struct scope *scope, const char **ret)
{
	int rc = kcov_unit_dies_go(&walk->unit, scope->offset, &walk->cause);

	if (rc == 0)
		rc = kcov_unit_dies_name(&walk->unit, &walk->cause, ret);
	if (rc == 0 && !*ret)
		*ret = "(anonymous)";
	return rc;
}

/* As deep as DIEs nest, which is bounded. */
static int scope_path(struct walk *walk, struct scope *scope)
{
	const char *name;
	int rc = 0;

	if (scope->path)
		return 0;
	if (scope->outer)
		rc = scope_path(walk, scope->outer);
	if (rc == 0)
		rc = scope_name(walk, scope, &name);
	if (rc < 0)
		return rc;
	scope->path = scope->outer ? join(walk->arena, scope->outer->path, name) : name;
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
		return kcov_dies_skip_children(&walk->unit.dies, one, &walk->cause);
	}
}

static int walk_children(struct walk *walk, const struct kcov_dies_one *parent, struct scope *scope,
			 int depth)
{
	struct kcov_dies_one one;
	int rc;

	while ((rc = kcov_dies_next_child(&walk->unit.dies, parent, depth, &walk->cause, &one)) >
	       0) {
		rc = walk_die(walk, &one, scope, depth + 1);
		if (rc < 0)
			break;
	}
	return rc;
}

static bool has_namespaces(uint32_t language)
{
	switch (language) {
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

int kcov_qualified_names_read(const struct kcov_unit_dies *dies, const struct kcov_dies_one *unit,
			      struct kcov_arena *arena, const char **cause,
			      struct kcov_qualified_names *ret)
{
	_cleanup_(kcov_qualified_names_fini) struct kcov_qualified_names names = {};
	struct walk walk = { .unit = *dies, .arena = arena, .names = &names };
	int rc = 0;

	if (has_namespaces(kcov_unit_dies_language(&walk.unit)))
		rc = walk_children(&walk, unit, NULL, 0);
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
						 struct kcov_unit_dies *dies, uint64_t offset)
{
	struct kcov_qualified_name *found = find(names, offset);

	for (int i = 0; i < KCOV_MAX_ORIGINS && kcov_unit_dies_go_to_origin(dies, &offset); i++) {
		struct kcov_qualified_name *further = find(names, offset);

		if (further)
			found = further;
	}
	return found;
}

int kcov_qualified_name(struct kcov_qualified_names *names, struct kcov_unit_dies *dies,
			uint64_t offset, struct kcov_arena *arena, const char **cause,
			const char **ret)
{
	struct kcov_qualified_name *found = NULL;
	const char *name;
	int rc = kcov_unit_dies_name(dies, cause, &name);

	if (rc < 0)
		return rc;
	*ret = name;
	if (!name || !names->all.n)
		return 0;
	found = find_declared(names, dies, offset);
	if (!found)
		return 0;
	if (!found->name)
		found->name = join(arena, found->path, name);
	*ret = found->name;
	return found->name ? 0 : -ENOMEM;
}
