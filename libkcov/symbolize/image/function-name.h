/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FUNCTION_NAME_H
#define KCOV_SYMBOLIZE_FUNCTION_NAME_H

#include "../base/text.h"
#include "machine.h"

/*
 * The function of the source that a symbol or a function of DWARF is part of: without what
 * compilers append to the names of parts and copies, and one for all that SYSCALL_DEFINE makes of a
 * call, as in "sys_openat", and COMPAT_SYSCALL_DEFINE, as in "compat_sys_openat". Returns whether
 * that is another name; it lies in name.
 */
bool kcov_function_name_fold(const struct kcov_machine *machine, const char *name,
			     struct kcov_text *ret);

#endif
