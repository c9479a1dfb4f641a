/* SPDX-License-Identifier: MIT */
/* Tasks that are traced get devices, larger ones if need be, and lose them. */
#ifndef KCOVCTL_COVER_H
#define KCOVCTL_COVER_H

#include "attach.h"
#include "devices.h"
#include "drainer.h"
#include "events.h"
#include "tasks.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct cover {
	struct devices *devices;
	enum kcov_mode mode;
	/* One of them, the other NULL: every call is told, or tasks are drained as they run. */
	struct events *events;
	struct drainer *drainer;
	struct totals *totals;
	/* What tasks are traced with. */
	unsigned long options;
};

/* A task cannot be covered: told and counted. */
void cover_fail(struct cover *cover, const struct task *task, const char *what, const char *why);

/* The same of one that was not counted as a task yet. */
void cover_miss(struct cover *cover, const struct task *task, const char *what, const char *why);

/* It goes on recording. */
void cover_leave(struct cover *cover, const struct task *task, const char *what, const char *why);

/*
 * Make a task record that is in a ptrace stop, into at least so many entries. What became of it is
 * in ret; if it cannot be covered, that is told.
 */
void cover_task(struct cover *cover, struct task *task, size_t capacity, bool is_group_stop,
		struct attach_outcome *ret);

/* It has a device and records; what it recorded so far is nobody's. */
void cover_begin(struct cover *cover, struct task *task);

/*
 * It gets a larger device. False: it keeps the one that it has, and was not made to do anything;
 * otherwise what became of it is in ret.
 */
bool cover_grow(struct cover *cover, struct task *task, struct attach_outcome *ret);

/* Make a task stop recording. True: it is dying, or gone, as ret says. */
bool cover_stop(struct cover *cover, struct task *task, bool is_group_stop,
		struct attach_outcome *ret);

/* It does not record any more. Of one without a device this does nothing. */
void cover_end(struct cover *cover, struct task *task);

#endif
