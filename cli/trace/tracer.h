/* SPDX-License-Identifier: MIT */
/*
 * Follow a program, all of its threads and children, with kcov attached to each; and tell what each
 * system call recorded, or leave that to a drainer and stop tasks only at birth, exec and death.
 */
#ifndef KCOVCTL_TRACER_H
#define KCOVCTL_TRACER_H

#include "devices.h"
#include "drainer.h"
#include "first-thread.h"
#include "noise.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum tracer_kind {
	/* A system call, from behind its entry to before its exit. */
	TRACER_CALL,
	/* What a task ran in the kernel between two calls: page faults, signals, rescheduling. */
	TRACER_BETWEEN,
	/* Its end, and the call that it was in, if it was in one. */
	TRACER_EXIT,
};

struct tracer_event {
	enum tracer_kind kind;
	pid_t pid;
	pid_t tid;
	/* When it began, by the clock on the wall. */
	struct timespec start;
	/* Of a call, and of the last one if it is known. */
	bool has_call;
	uint32_t arch;
	uint64_t number;
	uint64_t args[6];
	int64_t result;
	bool is_error;
	/* Whether the task records. */
	bool is_covered;
	/* Of the mode: theirs until the callback returns. */
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;
};

struct tracer_totals {
	/* All, and those that are not covered. */
	size_t tasks;
	size_t not_covered;
	/* Of each enum tracer_kind. */
	size_t events[3];
	/* Events whose buffer was full. */
	size_t full;
};

struct tracer_opts {
	/* For all tasks. */
	struct devices *devices;
	enum kcov_mode mode;
	/* NULL: what ptrace runs is not told from the rest. */
	const struct noise *noise;
	/* NULL: every call is told. */
	struct drainer *drainer;
	/* The first thread alone. */
	bool no_follow;
	/* A filter of the program's makes it stop at the calls that are told; at no others. */
	bool by_filter;
	/* Returns 0, or -errno, after which it is not called again. */
	int (*event)(void *context, const struct tracer_event *event);
	/* A task is not covered, since what cannot be done, and why. */
	void (*not_covered)(void *context, pid_t pid, pid_t tid, const char *what, const char *why);
	void *context;
};

/*
 * Let a program run that waits, and follow it until the last task is over, or until kcovctl is told
 * to end when the program is. It enables its device itself. *status is its own, as waitpid() gives
 * it. Returns 0, or -errno and *step, as first_thread_go() does; what event() returned, with
 * FIRST_THREAD_REPORT.
 */
int tracer_run(const struct tracer_opts *opts, struct first_thread *thread, struct device *device,
	       enum first_thread_step *step, struct tracer_totals *totals, int *status);

#endif
