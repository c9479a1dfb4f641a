/* SPDX-License-Identifier: MIT */
/*
 * Whoever wants to know what a run does: a report that is written as it comes, a set of what ran, a
 * recording. Each call returns 0 or -errno, after which there is none but end().
 */
#ifndef KCOVCTL_SINK_H
#define KCOVCTL_SINK_H

#include "event.h"
#include "totals.h"

struct sink {
	/* Before anything else; NULL: it need not be. */
	int (*begin)(void *context);
	/*
	 * Records of a task that goes on, of EVENT_TASK, in their order: a whole run comes in
	 * pieces, so that nobody has to hold it. Perhaps on another thread, but one call at a time.
	 * stream: the task's own, for the sink to use, NULL to begin with. NULL: there is no such
	 * task.
	 */
	int (*records)(void *context, void **stream, const struct event *piece);
	/*
	 * An event is over. Its records are there until this returns; those of EVENT_TASK and
	 * EVENT_REMOTE until the end has been told and what came of it is written.
	 */
	int (*event)(void *context, const struct event *event);
	int (*end)(void *context, const struct totals *totals);
	void *context;
};

#endif
