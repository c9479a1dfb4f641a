/* SPDX-License-Identifier: MIT */
/* A filter of system calls for seccomp(2). */
#ifndef KCOVCTL_CALL_PROGRAM_H
#define KCOVCTL_CALL_PROGRAM_H

#include "call-filter.h"

#include <linux/filter.h>

/*
 * A filter as a program: SECCOMP_RET_TRACE for what call_filter_has() has, for clone with
 * CLONE_UNTRACED, and for clone3, whose flags are not to be seen; SECCOMP_RET_ALLOW for the rest.
 * It is free of arithmetic, so that Linux 5.11 and later remember the calls that it always allows
 * and do not run it for them.
 *
 * 0 or -ENOMEM.
 */
int call_program_make(const struct call_filter *filter, struct sock_fprog *ret);

/* What call_program_make() made, or all zeros. */
void call_program_free(struct sock_fprog *program);

#endif
