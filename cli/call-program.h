/* SPDX-License-Identifier: MIT */
/* A filter of system calls for seccomp(2). */
#ifndef KCOVCTL_CALL_PROGRAM_H
#define KCOVCTL_CALL_PROGRAM_H

#include "call-filter.h"

#include <linux/filter.h>

/* What SECCOMP_RET_TRACE says, so that it is not taken for that of a filter of the program's. */
enum {
	CALL_PROGRAM_WANTED = 0,
	/* clone and clone3, which are not wanted, but can make tasks that are not traced. */
	CALL_PROGRAM_MAKES_TASKS = 0x6b63,
};

/*
 * A filter as a program: SECCOMP_RET_TRACE for what call_filter_has() has, and for what makes
 * tasks by flags, SECCOMP_RET_ALLOW for the rest. It is free of arithmetic, so that Linux 5.11
 * and later remember the calls that it always allows and do not run it for them.
 *
 * 0 or -ENOMEM.
 */
int call_program_make(const struct call_filter *filter, struct sock_fprog *ret);

/* What call_program_make() made, or all zeros. */
void call_program_free(struct sock_fprog *program);

#endif
