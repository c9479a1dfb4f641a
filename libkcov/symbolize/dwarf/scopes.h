/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SCOPES_H
#define KCOV_SYMBOLIZE_SCOPES_H

#include "../base/arena.h"
#include "../base/steps.h"
#include "syscall-parameters.h"
#include "unit-dies.h"

#define KCOV_SCOPE_NONE UINT32_MAX

/* A function, or a call of one that was inlined. */
struct kcov_scope {
	/* In the Dwarf handle, the unit's arena or the file of its other half; NULL: it has none.
	 */
	const char *name;
	/* What it is inlined into, or KCOV_SCOPE_NONE: it is a function by itself. */
	uint32_t parent;
	/* Where it is called from. */
	struct kcov_die_call call;
};

/*
 * Walk the DIE tree of a unit once: its functions and inlined calls go to scopes, to
 * be freed by the caller, and their addresses to ranges, where an id is an index into
 * the scopes; what is inlined into another has the greater one. What system calls take that it
 * implements is added to syscalls. split is the half of the unit that is not linked, or NULL.
 *
 * Bounded on damaged input: each DIE is seen once at most, and none too deep.
 *
 * Returns 0, -ENOMEM, or -EBADMSG, and cause says why.
 */
int kcov_scopes_read(Dwarf_Die *cudie, struct kcov_split_unit *split,
		     struct kcov_unit_context *context, struct kcov_arena *arena,
		     const char **cause, struct kcov_ranges *ranges,
		     struct kcov_syscall_functions *syscalls, struct kcov_scope **ret,
		     size_t *ret_n);

#endif
