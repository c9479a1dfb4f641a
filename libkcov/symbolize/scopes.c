// SPDX-License-Identifier: MIT
#include "scopes.h"

#include "die.h"
#include "error.h"

#include <dwarf.h>
#include <errno.h>

/* DIEs of a kernel nest 30 deep or so. */
#define MAX_DEPTH 512

struct walk {
	struct kcov_scope *scopes;
	size_t n;
	size_t room;
	struct kcov_ranges *ranges;
	/* The DIE seen last: the next one must lie behind it. */
	Dwarf_Off last;
	const char *cause;
};

static int walk_fail(struct walk *walk, const char *cause)
{
	walk->cause = cause;
	return -EBADMSG;
}

static int walk_add_scope(struct walk *walk, Dwarf_Die *die, uint32_t parent)
{
	bool is_inlined = dwarf_tag(die) == DW_TAG_inlined_subroutine;
	struct kcov_scope scope = {
		.name = dwarf_diename(die),
		.parent = is_inlined ? parent : KCOV_SCOPE_NONE,
	};

	if (walk->n == walk->room) {
		size_t room = walk->room ? walk->room * 2 : 64;
		struct kcov_scope *scopes = reallocarray(walk->scopes, room, sizeof(*scopes));

		if (!scopes)
			return -ENOMEM;
		walk->scopes = scopes;
		walk->room = room;
	}
	if (is_inlined) {
		scope.call_file = kcov_die_number(die, DW_AT_call_file);
		scope.call_line = kcov_die_number(die, DW_AT_call_line);
		scope.call_column = kcov_die_number(die, DW_AT_call_column);
	}
	walk->scopes[walk->n++] = scope;
	return 0;
}

static int walk_children(struct walk *walk, Dwarf_Die *parent, uint32_t scope, int depth);

static int walk_function(struct walk *walk, Dwarf_Die *die, uint32_t parent, int depth)
{
	uint32_t scope = (uint32_t)walk->n;
	size_t n = walk->ranges->n;
	int rc = kcov_die_add_ranges(die, scope, &walk->cause, walk->ranges);

	if (rc < 0)
		return rc;
	/* A declaration, or the abstract side of what is inlined elsewhere. */
	if (walk->ranges->n == n && dwarf_tag(die) == DW_TAG_subprogram)
		return 0;
	rc = walk_add_scope(walk, die, parent);
	return rc < 0 ? rc : walk_children(walk, die, scope, depth);
}

static int walk_die(struct walk *walk, Dwarf_Die *die, uint32_t scope, int depth)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_subprogram:
	case DW_TAG_inlined_subroutine:
		return walk_function(walk, die, scope, depth);
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_namespace:
	case DW_TAG_module:
		return walk_children(walk, die, scope, depth);
	default:
		return 0;
	}
}

static int walk_children(struct walk *walk, Dwarf_Die *parent, uint32_t scope, int depth)
{
	Dwarf_Die die;
	int more = dwarf_child(parent, &die);

	if (depth == MAX_DEPTH)
		return walk_fail(walk, "DIEs nest too deep");
	while (more == 0) {
		Dwarf_Off offset = dwarf_dieoffset(&die);
		int rc;

		/* DW_AT_sibling may point anywhere, and so lead back or inside. */
		if (offset <= walk->last)
			return walk_fail(walk, "DIEs lead backwards");
		walk->last = offset;
		rc = walk_die(walk, &die, scope, depth + 1);
		if (rc < 0)
			return rc;
		more = dwarf_siblingof(&die, &die);
	}
	return more < 0 ? walk_fail(walk, kcov_error_libdw()) : 0;
}

int kcov_scopes_read(Dwarf_Die *cudie, const char **cause, struct kcov_ranges *ranges,
		     struct kcov_scope **ret, size_t *ret_n)
{
	struct walk walk = { .ranges = ranges, .last = dwarf_dieoffset(cudie) };
	int rc = walk_children(&walk, cudie, KCOV_SCOPE_NONE, 0);

	if (rc < 0) {
		*cause = walk.cause;
		free(walk.scopes);
		return rc;
	}
	*ret = walk.scopes;
	*ret_n = walk.n;
	return 0;
}
