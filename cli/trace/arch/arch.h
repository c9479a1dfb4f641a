/* SPDX-License-Identifier: MIT */
/*
 * What the tracer needs to know of a processor: how a stopped task is made to do a system call
 * that is not its own. One file for each; none.c is for those that have none.
 */
#ifndef KCOVCTL_ARCH_H
#define KCOVCTL_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/procfs.h>
#include <sys/types.h>

enum {
	/* No instruction that does a system call is longer. */
	ARCH_CALL_BYTES = 4,
};

struct arch_regs {
	/* Those of NT_PRSTATUS, which libc has for each processor, but names of them for few. */
	elf_gregset_t general;
	/* Of arm64 alone, where a register of its own says it. */
	int call;
};

/* How calls are done in a task: their numbers, and how wide its words are. */
struct arch_abi {
	bool is_32;
	uint8_t call[ARCH_CALL_BYTES];
	size_t call_bytes;
	/* Instructions begin at its multiples. */
	size_t call_align;
	int close_range;
	int ioctl;
	int mmap;
	int munmap;
	int pidfd_getfd;
	int pidfd_open;
	int recvmsg;
	int socket;
};

/* The calls that take flags for what they make. */
enum arch_clone {
	ARCH_NO_CLONE,
	/* The flags are the first argument. */
	ARCH_CLONE,
	/* They are where the first argument points to. */
	ARCH_CLONE3,
};

/* Whether tasks can be followed at all. */
extern const bool arch_can_inject;

/* 0 or -errno; the task is stopped. */
int arch_get_regs(pid_t tid, struct arch_regs *ret);
int arch_set_regs(pid_t tid, const struct arch_regs *regs);

/* NULL: no calls can be done. */
const struct arch_abi *arch_abi(const struct arch_regs *regs);

/* Where the task goes on. */
uint64_t arch_pc(const struct arch_regs *regs);

/* So that the task does a call next, with the instruction at an address. */
void arch_set_call(struct arch_regs *regs, const struct arch_abi *abi, uint64_t at, int number,
		   const uint64_t args[6]);

long arch_result(const struct arch_regs *regs);

/* Whether it is in a call that a signal interrupted and that is going to be done again. */
bool arch_is_restarting(const struct arch_regs *regs);

/* The architecture and the number are what PTRACE_GET_SYSCALL_INFO says. */
enum arch_clone arch_clone(uint32_t audit_arch, uint64_t number);

/* Of a task that is at the entry of a call: another first argument. */
void arch_set_first(struct arch_regs *regs, uint32_t audit_arch, uint64_t value);

/* Whether a call leaves its first argument in the register for the program. */
extern const bool arch_keeps_first;

/* The end of memory below the stack that nobody relies on. */
uint64_t arch_below_stack(const struct arch_regs *regs);

#endif
