/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYSCALL_PARAMETERS_H
#define KCOV_SYMBOLIZE_SYSCALL_PARAMETERS_H

#include "../base/arena.h"
#include "../base/table.h"
#include "unit-dies.h"

#include <kcov/symbolize.h>

/*
 * Those of a unit: what SYSCALL_DEFINE() or COMPAT_SYSCALL_DEFINE() made functions of,
 * __do_sys_openat() say. Their texts are as those of scopes.
 */
struct kcov_syscall_functions {
	KCOV_TABLE(struct kcov_syscall) all;
};

/*
 * If the function at an offset is one by its name, which stays as long as the arena does: what its
 * parameters are is added, once. Another DIE is gone to. What cannot be read of them is left out,
 * and is no damage: they say nothing of text. Returns 0 or -ENOMEM.
 */
int kcov_syscall_functions_add(struct kcov_syscall_functions *functions, const char *name,
			       uint64_t offset, struct kcov_unit_dies *dies,
			       struct kcov_arena *arena);

#endif
