/* SPDX-License-Identifier: MIT */
/* Registers of processors for which libc has names of them. */
#ifndef KCOVCTL_USER_REGS_H
#define KCOVCTL_USER_REGS_H

#include "arch.h"

#include <string.h>
#include <sys/user.h>

/* The same registers by their names. */
static inline struct user_regs_struct names_of(const struct arch_regs *regs)
{
	struct user_regs_struct user;

	_Static_assert(sizeof(user) == sizeof(regs->general), "the same registers");
	memcpy(&user, regs->general, sizeof(user));
	return user;
}

static inline void set_by_names(struct arch_regs *regs, const struct user_regs_struct *user)
{
	memcpy(regs->general, user, sizeof(*user));
}

#endif
