/* SPDX-License-Identifier: MIT */
/*
 * A stream of PCs cut where system calls begin: at the entries of the functions that implement
 * them. Where they end is not to be seen: what a task runs after one, until the next, counts as
 * its.
 */
#ifndef KCOVCTL_BY_SYSCALL_H
#define KCOVCTL_BY_SYSCALL_H

#include "places.h"
#include "tally.h"

/* What is named so is no call: the end of a task whose call was not seen, or that was killed. */
#define BY_SYSCALL_END "end of a task"

/* No calls either: what tasks that stop at calls run between two; what remote devices record. */
#define BY_SYSCALL_BETWEEN "between calls"
#define BY_SYSCALL_REMOTE "remote"

/* Whether a name that records are kept by is a call's. */
bool by_syscall_is_call(const char *name);

struct by_syscall_entry {
	/* "read"; "" for what came before the first call of a task. */
	const char *name;
	/* How many calls there were. */
	uint64_t calls;
	bool is_end;
	struct tally tally;
};

struct by_syscall {
	struct by_syscall_entry **at;
	size_t n;
	size_t room;
};

/*
 * The name of the call that begins at an address that was recorded, where the byte before it is;
 * NULL: none does.
 */
const char *by_syscall_begun(const struct kcov_symbolizer *symbolizer,
			     const struct kcov_location *before, uint64_t address);

/* Whether that is a call after another one: what ends a task is within exit's, or its end's. */
bool by_syscall_is_next(const char *current, const char *next);

/*
 * For each new place: one where a call begins gets its name as text. 0 or -ENOMEM.
 */
int by_syscall_make_place(const struct kcov_symbolizer *symbolizer, struct place *place);

/*
 * PCs of a task, behind those of before. current: the task's own, NULL to begin with. 0, -ENOMEM,
 * or why a place could not be had.
 */
int by_syscall_add(struct by_syscall *by_syscall, struct places *places,
		   struct by_syscall_entry **current, const uint64_t *pcs, size_t n);

/* By name. */
void by_syscall_sort(struct by_syscall *by_syscall);

void by_syscall_fini(struct by_syscall *by_syscall);

#endif
