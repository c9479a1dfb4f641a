/* SPDX-License-Identifier: MIT */
/* Names of system calls, as libseccomp knows them. */
#ifndef KCOVCTL_CALLS_H
#define KCOVCTL_CALLS_H

#include "../base/map.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Answers that were given before. All zeros is an empty one; it is not for two threads at
 * a time.
 */
struct calls {
	/* By architecture and number. */
	struct map names;
};

/*
 * "read"; valid until calls_fini(). The architecture and the number are what
 * PTRACE_GET_SYSCALL_INFO says, x32's bit in the number included. NULL: there is no such
 * call, libseccomp is older than it, or there is no memory for the name.
 */
const char *calls_name(struct calls *calls, uint32_t audit_arch, uint64_t number);

/* Leaves it empty, to be used again or not. */
void calls_fini(struct calls *calls);

/* "x86_64"; NULL: no architecture that libseccomp knows. x32 is x86_64 too. */
const char *calls_arch_name(uint32_t audit_arch);

/* The one that has such a name; false: none has. */
bool calls_arch_of(const char *name, uint32_t *ret);

#endif
