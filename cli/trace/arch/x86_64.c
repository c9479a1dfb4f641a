// SPDX-License-Identifier: MIT
#include "user-regs.h"

#include <errno.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>

const bool arch_can_inject = true;
const bool arch_keeps_first = true;

static const struct arch_abi abi_64 = {
	/* syscall */
	.call = { 0x0f, 0x05 }, .call_bytes = 2,    .call_align = 1,
	.close_range = 436,     .ioctl = 16,        .mmap = 9,
	.munmap = 11,           .pidfd_getfd = 438, .pidfd_open = 434,
	.recvmsg = 47,          .socket = 41,
};

static const struct arch_abi abi_32 = {
	.is_32 = true,
	/* int 0x80: it stands behind sysenter, too, where that returns to. */
	.call = { 0xcd, 0x80 },
	.call_bytes = 2,
	.call_align = 1,
	.close_range = 436,
	.ioctl = 54,
	/* mmap2 */
	.mmap = 192,
	.munmap = 91,
	.pidfd_getfd = 438,
	.pidfd_open = 434,
	.recvmsg = 372,
	.socket = 359,
};

/* Of 32-bit tasks, too, with the names and the width of 64-bit ones. */
int arch_get_regs(pid_t tid, struct arch_regs *ret)
{
	return ptrace(PTRACE_GETREGS, tid, NULL, &ret->general) ? -errno : 0;
}

int arch_set_regs(pid_t tid, const struct arch_regs *regs)
{
	return ptrace(PTRACE_SETREGS, tid, NULL, &regs->general) ? -errno : 0;
}

const struct arch_abi *arch_abi(const struct arch_regs *regs)
{
	/* The kernel's __USER_CS and __USER32_CS. */
	switch (names_of(regs).cs) {
	case 0x33:
		return &abi_64;
	case 0x23:
		return &abi_32;
	}
	return NULL;
}

uint64_t arch_pc(const struct arch_regs *regs)
{
	return names_of(regs).rip;
}

void arch_set_call(struct arch_regs *regs, const struct arch_abi *abi, uint64_t at, int number,
		   const uint64_t args[6])
{
	struct user_regs_struct user = names_of(regs);

	user.rip = at;
	user.rax = (unsigned long long)number;
	/* In no call: nothing is done again. */
	user.orig_rax = (unsigned long)-1;
	if (abi->is_32) {
		user.rbx = args[0];
		user.rcx = args[1];
		user.rdx = args[2];
		user.rsi = args[3];
		user.rdi = args[4];
		user.rbp = args[5];
	} else {
		user.rdi = args[0];
		user.rsi = args[1];
		user.rdx = args[2];
		user.r10 = args[3];
		user.r8 = args[4];
		user.r9 = args[5];
	}
	set_by_names(regs, &user);
}

long arch_result(const struct arch_regs *regs)
{
	const struct user_regs_struct user = names_of(regs);

	/* Errors of 32-bit calls are extended only on their way to user mode. */
	return user.cs == 0x23 ? (int)user.rax : (long)user.rax;
}

bool arch_is_restarting(const struct arch_regs *regs)
{
	const long result = arch_result(regs);

	/* ERESTARTSYS to ERESTARTNOHAND, and ERESTART_RESTARTBLOCK. */
	return (long)names_of(regs).orig_rax >= 0 &&
	       ((result <= -512 && result >= -514) || result == -516);
}

enum arch_clone arch_clone(uint32_t audit_arch, uint64_t number)
{
	/* x32 has a bit in the number. */
	const uint64_t clone = audit_arch == AUDIT_ARCH_I386 ? 120 : 56,
		       plain = audit_arch == AUDIT_ARCH_I386 ? number : number & ~0x40000000ull;

	return plain == clone ? ARCH_CLONE : plain == 435 ? ARCH_CLONE3 : ARCH_NO_CLONE;
}

void arch_set_first(struct arch_regs *regs, uint32_t audit_arch, uint64_t value)
{
	struct user_regs_struct user = names_of(regs);

	/* 64-bit tasks can do 32-bit calls, too. */
	if (audit_arch == AUDIT_ARCH_I386)
		user.rbx = value;
	else
		user.rdi = value;
	set_by_names(regs, &user);
}

uint64_t arch_below_stack(const struct arch_regs *regs)
{
	/* The red zone. */
	return (names_of(regs).rsp - 128) & ~15ull;
}
