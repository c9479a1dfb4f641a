// SPDX-License-Identifier: MIT
#include "scopes.h"

#include "../base/damage.h"
#include "qualified-names.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>

struct walk {
	KCOV_TABLE(struct kcov_scope) scopes;
	struct kcov_ranges *ranges;
	struct kcov_syscall_functions *syscalls;
	struct kcov_unit_dies unit;
	struct kcov_qualified_names names;
	struct kcov_arena *arena;
	const struct kcov_unit_context *context;
	const char *cause;
};

/* Of the DIE that was gone to. */
static int walk_add_scope(struct walk *walk, const struct kcov_dies_one *one, uint32_t parent)
{
	struct kcov_scope scope = { .parent = KCOV_SCOPE_NONE }, *added;
	int rc;

	if (one->shape->tag == DW_TAG_inlined_subroutine) {
		scope.parent = parent;
		kcov_unit_dies_read_call(&walk->unit, &scope.call);
	}
	rc = kcov_qualified_name(&walk->names, &walk->unit, one->offset, walk->arena, &walk->cause,
				 &scope.name);
	if (rc == 0 && scope.name)
		rc = kcov_syscall_functions_add(walk->syscalls, scope.name, one->offset,
						&walk->unit, walk->arena);
	if (rc < 0)
		return rc;
	added = KCOV_TABLE_ADD(&walk->scopes);
	if (!added)
		return -ENOMEM;
	*added = scope;
	return 0;
}

static int walk_children(struct walk *walk, const struct kcov_dies_one *parent, uint32_t scope,
			 int depth);

static int walk_function(struct walk *walk, const struct kcov_dies_one *one, uint32_t parent,
			 int depth)
{
	uint32_t scope = (uint32_t)walk->scopes.n;
	size_t n = walk->ranges->n;
	int rc = kcov_unit_dies_go(&walk->unit, one->offset, &walk->cause);

	if (rc == 0)
		rc = kcov_unit_dies_add_ranges(&walk->unit, walk->context->text, scope,
					       &walk->cause, walk->ranges);
	if (rc < 0)
		return rc;
	/* The abstract side of what is inlined elsewhere, or a function that was thrown away. */
	if (walk->ranges->n == n && one->shape->tag == DW_TAG_subprogram)
		return kcov_dies_skip_children(&walk->unit.dies, one, &walk->cause);
	rc = walk_add_scope(walk, one, parent);
	return rc < 0 ? rc : walk_children(walk, one, scope, depth);
}

static int walk_die(struct walk *walk, const struct kcov_dies_one *one, uint32_t scope, int depth)
{
	switch (one->shape->tag) {
	case DW_TAG_subprogram:
		if (!one->shape->has_addresses)
			return kcov_dies_skip_children(&walk->unit.dies, one, &walk->cause);
		return walk_function(walk, one, scope, depth);
	case DW_TAG_inlined_subroutine:
		return walk_function(walk, one, scope, depth);
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_namespace:
	case DW_TAG_module:
		return walk_children(walk, one, scope, depth);
	default:
		return kcov_dies_skip_children(&walk->unit.dies, one, &walk->cause);
	}
}

static int walk_children(struct walk *walk, const struct kcov_dies_one *parent, uint32_t scope,
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

int kcov_scopes_read(Dwarf_Die *cudie, struct kcov_split_unit *split,
		     struct kcov_unit_context *context, struct kcov_arena *arena,
		     const char **cause, struct kcov_ranges *ranges,
		     struct kcov_syscall_functions *syscalls, struct kcov_scope **ret,
		     size_t *ret_n)
{
	struct walk walk = {
		.ranges = ranges, .syscalls = syscalls, .arena = arena, .context = context
	};
	struct kcov_dies_one unit;
	int rc = kcov_unit_dies_open(cudie, split, context, &walk.cause, &walk.unit, &unit);

	if (rc == 0)
		rc = kcov_qualified_names_read(&walk.unit, &unit, arena, &walk.cause, &walk.names);
	if (rc == 0)
		rc = walk_children(&walk, &unit, KCOV_SCOPE_NONE, 0);
	kcov_qualified_names_fini(&walk.names);
	if (rc < 0) {
		*cause = walk.cause;
		free(walk.scopes.at);
		return rc;
	}
	*ret = walk.scopes.at;
	*ret_n = walk.scopes.n;
	return 0;
}
