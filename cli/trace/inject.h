/* SPDX-License-Identifier: MIT */
/* System calls that a stopped task does for us, after which it is what it was before. */
#ifndef KCOVCTL_INJECT_H
#define KCOVCTL_INJECT_H

#include "arch/arch.h"

#include <stddef.h>

struct inject {
	pid_t tid;
	/* What the task is traced with. */
	unsigned long options;
	const struct arch_abi *abi;
	struct arch_regs saved;
	/* The kernel's, of 64 signals. */
	uint64_t saved_mask;
	/* Of the instruction that does the calls. */
	uint64_t at;
	/* It stopped in its own code, in the middle of a restartable sequence (rseq(2)) if not 0.
	 */
	bool was_in_code;
	uint64_t sequence_at;
	uint64_t sequence;
	/* It has to stop once more by itself, in a group's stop or to do its call again. */
	bool stop_again;
	/* It does no calls: what keeps it from running can last for ever. */
	bool is_stuck;
	/* It can do no more calls: it was killed meanwhile. */
	bool is_lost;
	/* Then: it is in PTRACE_EVENT_EXIT, or is gone with a status, or will be. */
	bool is_dying;
	bool is_gone;
	int status;
};

/*
 * Begin with a task that is in a ptrace stop on its way to its own code: at birth, behind a call,
 * interrupted. It is killed with us until the end, signals wait, and its seccomp filters do not
 * count. is_group_stop: it is in one. Returns 0; -ENOEXEC: it has no instruction that does calls;
 * -EACCES: its seccomp filters would count; or -errno. Then it is as it was.
 */
int inject_begin(pid_t tid, unsigned long options, bool is_group_stop, struct inject *ret);

/*
 * Let it do a call. Returns 0 and what the call returned, -errno included, unless ret is NULL; or
 * -errno: -EFAULT, the instruction is not there any more; -ETIMEDOUT, it is stuck; others, and it
 * is lost.
 */
int inject_call(struct inject *inject, int number, const uint64_t args[6], long *ret);

/* Let it close descriptors, the last one too. As inject_call(), whatever close_range(2) says. */
int inject_close(struct inject *inject, int first, int last);

/* Give it back what it had, its options too. Its stop is another one. */
int inject_end(struct inject *inject);

/*
 * Memory of the task that the calls may use, and what was in it: below the stack, and if
 * there is none, mapped for it.
 */
struct inject_memory {
	uint64_t at;
	size_t size;
	bool is_mapped;
	uint8_t saved[256];
};

/* Room for size bytes, at most those of saved, aligned to 16. 0 or -errno. */
int inject_memory_get(struct inject *inject, size_t size, struct inject_memory *ret);
int inject_memory_put(struct inject *inject, const struct inject_memory *memory);

/* 0 or -errno. */
int inject_write(const struct inject *inject, uint64_t at, const void *data, size_t size);
int inject_read(const struct inject *inject, uint64_t at, void *data, size_t size);

#endif
