/* SPDX-License-Identifier: MIT */
/*
 * Tasks that their maker asks to be made untraced (CLONE_UNTRACED of clone(2)). Where calls stop,
 * the flag is taken out at the entry and put back before anything of the program's runs, so that
 * what is made is followed as all others are. Where they do not, it can only be told.
 */
#ifndef KCOVCTL_UNTRACED_H
#define KCOVCTL_UNTRACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>

/* A flag that is out, and where it belongs. */
struct untraced {
	bool is_out;
	/* In memory, or in the register of an architecture. */
	bool is_in_memory;
	uint32_t arch;
	/* Where in memory. */
	uint64_t at;
	/* What there was. */
	uint64_t flags;
};

/*
 * Take the flag out if it is there. The task is stopped at the entry of a call, by ptrace or by a
 * filter. 0; -errno: it is there, and stays.
 */
int untraced_take_out(pid_t tid, const struct __ptrace_syscall_info *info, struct untraced *ret);

/* Put it back in the task that called, which is stopped in that call or at its exit. */
void untraced_put_back(pid_t tid, const struct untraced *untraced);

/* The same in what the call made, at its first stop. */
void untraced_put_into_child(pid_t tid, const struct untraced *untraced);

/* Tasks that were told. */
struct untraced_told {
	/* Those that were there before are none of ours; in ticks since boot. */
	unsigned long long since;
	struct untraced_task *at;
	size_t n;
	size_t room;
};

/*
 * A task is in PTRACE_EVENT_EXIT: call found() for each child that lives, and if it is the first
 * thread of its process each thread, that is neither traced by us nor was told before.
 */
void untraced_find(struct untraced_told *told, pid_t tid, bool is_first,
		   void (*found)(void *context, pid_t tid), void *context);

/* From now on: of a process that was there before us. */
void untraced_begin(struct untraced_told *told);

void untraced_fini(struct untraced_told *told);

#endif
