/* SPDX-License-Identifier: MIT */
/* What stopped tasks recorded since they stopped the last time, told as events. */
#ifndef KCOVCTL_EVENTS_H
#define KCOVCTL_EVENTS_H

#include "noise.h"
#include "tasks.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum event_kind {
	/* A system call, from behind its entry to before its exit. */
	EVENT_CALL,
	/* What a task ran in the kernel between two calls: page faults, signals, rescheduling. */
	EVENT_BETWEEN,
	/* Its end, and the call that it was in, if it was in one. */
	EVENT_EXIT,
};

struct event {
	enum event_kind kind;
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

struct events {
	enum kcov_mode mode;
	/* NULL: what ptrace runs is not told from the rest. */
	const struct noise *noise;
	/* Returns 0, or -errno, after which it is not called again. */
	int (*take)(void *context, const struct event *event);
	void *context;
	/* How many there were of each enum event_kind, and whose buffer was full. */
	size_t n[3];
	size_t full;
	/* What take() returned. */
	int err;
};

/* How many records a task's buffer holds, which runs. */
size_t events_count(const struct events *events, const struct task *task);

/* A task stops in the middle of what the next event will be about. */
void events_hold(struct events *events, struct task *task);

/* It stops, and what it recorded is nobody's. */
void events_forget(struct task *task);

/* It stops at the end of an event, whose records this sets. */
void events_tell(struct events *events, struct task *task, struct event *event);

/* The call that it is in is the event's. */
void events_set_call(const struct task *task, struct event *event);

#endif
