/* SPDX-License-Identifier: MIT */
/*
 * Where a run's events go: a report that is written as they come, a set of what ran, a recording.
 * Each call returns 0 or -errno, after which end() alone is called. They may come from several
 * threads, but one at a time.
 */
#ifndef KCOVCTL_SINK_H
#define KCOVCTL_SINK_H

#include "event.h"
#include "totals.h"

struct sink {
	/* Before the program runs. */
	int (*begin)(void *context);
	/*
	 * More records of a task, of EVENT_TASK, in their order: a whole run comes in pieces, and
	 * nobody has to hold it. stream is kept with the task and the sink's to use, NULL to begin
	 * with. NULL in a sink that takes events alone, as runs that stop at calls have them.
	 */
	int (*records)(void *context, void **stream, const struct event *piece);
	/* An event is over. Its records are there until this returns. */
	int (*event)(void *context, const struct event *event);
	int (*end)(void *context, const struct totals *totals);
	void *context;
};

#endif
