// SPDX-License-Identifier: MIT
/* Of a processor that nobody wrote a file for: nothing can be injected, and nobody asks. */
#include "arch.h"

#include <errno.h>
#include <stddef.h>

const bool arch_can_inject = false;

int arch_get_regs(pid_t tid, struct arch_regs *ret)
{
	(void)tid;
	(void)ret;
	return -ENOTSUP;
}

int arch_set_regs(pid_t tid, const struct arch_regs *regs)
{
	(void)tid;
	(void)regs;
	return -ENOTSUP;
}

const struct arch_abi *arch_abi(const struct arch_regs *regs)
{
	(void)regs;
	return NULL;
}

uint64_t arch_pc(const struct arch_regs *regs)
{
	(void)regs;
	return 0;
}

void arch_set_call(struct arch_regs *regs, const struct arch_abi *abi, uint64_t at, int number,
		   const uint64_t args[6])
{
	(void)regs;
	(void)abi;
	(void)at;
	(void)number;
	(void)args;
}

long arch_result(const struct arch_regs *regs)
{
	(void)regs;
	return -ENOTSUP;
}

bool arch_is_restarting(const struct arch_regs *regs)
{
	(void)regs;
	return false;
}

uint64_t arch_below_stack(const struct arch_regs *regs)
{
	(void)regs;
	return 0;
}

const bool arch_keeps_first = false;

enum arch_clone arch_clone(uint32_t audit_arch, uint64_t number)
{
	(void)audit_arch;
	(void)number;
	return ARCH_NO_CLONE;
}

void arch_set_first(struct arch_regs *regs, uint32_t audit_arch, uint64_t value)
{
	(void)regs;
	(void)audit_arch;
	(void)value;
}
