/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYSCALL_PARAMETERS_H
#define KCOV_SYMBOLIZE_SYSCALL_PARAMETERS_H

#include "../base/arena.h"
#include "../base/table.h"
#include "unit-dies.h"

#include <kcov/symbolize.h>
#include <stdbool.h>

struct kcov_syscall_parameter {
	/* NULL: it has none. */
	const char *name;
	const char *type;
	uint32_t size;
	enum kcov_parameter_kind kind;
};

/* What SYSCALL_DEFINE() or COMPAT_SYSCALL_DEFINE() made a function of, __do_sys_openat() say. */
struct kcov_syscall_function {
	/* What is behind its prefix: "openat". */
	const char *name;
	bool is_compat;
	uint32_t n;
	struct kcov_syscall_parameter parameters[KCOV_SYSCALL_PARAMETERS];
};

struct kcov_syscall_functions {
	KCOV_TABLE(struct kcov_syscall_function) all;
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
