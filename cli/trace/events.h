/* SPDX-License-Identifier: MIT */
/* What stopped tasks recorded since they stopped the last time, told as events. */
#ifndef KCOVCTL_EVENTS_H
#define KCOVCTL_EVENTS_H

#include "../coverage/parameters.h"
#include "../coverage/sink.h"
#include "../syscalls/calls.h"
#include "noise.h"
#include "tasks.h"

#include <kcov/kcov.h>
#include <stddef.h>

struct events {
	enum kcov_mode mode;
	/* NULL: what ptrace runs is not told from the rest. */
	const struct noise *noise;
	/* Which gets them, and counts them in the totals. */
	const struct sink *sink;
	struct totals *totals;
	/* Of calls, which events have until these are freed. */
	struct calls *names;
	/* What they take; NULL: nobody wants to know. */
	struct parameters *parameters;
	/* What the sink returned. */
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

/* An event that is whole already, for the sink. */
void events_pass(struct events *events, const struct event *event);

/* It stops at the entry of the call that it is in from now on. */
void events_enter_call(struct events *events, struct task *task,
		       const struct __ptrace_syscall_info *info);

/* The call that it is in is the event's. */
void events_set_call(struct events *events, const struct task *task, struct event *event);

#endif
