/* SPDX-License-Identifier: MIT */
/* What one task did in the kernel between two points in time. */
#ifndef KCOVCTL_EVENT_H
#define KCOVCTL_EVENT_H

#include <kcov/kcov.h>
#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum {
	/* As the kernel has it: TASK_COMM_LEN. */
	EVENT_COMM_SIZE = 16,
	/* How much of a string is looked at: as long as a path can be. */
	EVENT_TEXT_MAX = 4096,
};

enum event_kind {
	/* A system call, from behind its entry to before its exit. */
	EVENT_CALL,
	/* What a task ran in the kernel between two calls: page faults, signals, rescheduling. */
	EVENT_BETWEEN,
	/* Its end, and the call that it was in, if it was in one. */
	EVENT_EXIT,
	/* All that it did, or a piece of it. */
	EVENT_TASK,
	/* What others ran for the handles of a remote device. */
	EVENT_REMOTE,
	/* Nothing: it cannot be covered. */
	EVENT_NOT_COVERED,
};

/* What an argument of a call points to. */
struct event_text {
	/* Which argument, from 0 on. */
	unsigned int position;
	/* So many bytes, and a NUL behind them that is not one. */
	const char *at;
	size_t n;
	/* A string, without its NUL; else as many bytes as another argument says. */
	bool is_string;
	/* There is more of it. */
	bool is_cut;
};

struct event {
	enum event_kind kind;
	pid_t pid;
	pid_t tid;
	/* When it began, by the clock on the wall; of a call, what is between, and an end. */
	struct timespec start;
	/* Whether the task records. */
	bool is_covered;
	/* Of a call, and of the last one if it is known. */
	bool has_call;
	uint32_t arch;
	uint64_t number;
	/* NULL: it has no name that we know. */
	const char *arch_name;
	const char *name;
	uint64_t args[6];
	/* What they are called, and what some of them pointed to; NULL: it is not known, or is not
	 * wanted, and there are no texts. */
	const struct kcov_syscall *syscall;
	const struct event_text *texts;
	size_t n_texts;
	int64_t result;
	bool is_error;
	struct kcov_records records;
	/* Why they may not be all: bits of enum kcov_drain_doubt; of remote ones, enum kcov_doubt.
	 */
	unsigned int doubts;
	/* Of remote ones: what they came by, and for how many there was room. */
	const uint64_t *handles;
	size_t n_handles;
	size_t capacity;
	/* Of a task that is not covered: what cannot be done, and why. */
	const char *what;
	const char *why;
	/* Of the last that a task did: the name that it has, as ps(1) shows it; "": not known. */
	char comm[EVENT_COMM_SIZE];
};

#endif
