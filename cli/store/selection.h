/* SPDX-License-Identifier: MIT */
/* What of a recording is asked about. */
#ifndef KCOVCTL_SELECTION_H
#define KCOVCTL_SELECTION_H

#include <stdbool.h>
#include <sys/types.h>

/* All zeros: whatever there is. */
struct query_selection {
	/* The name of runs; NULL: all of them. */
	const char *run;
	/* Which system calls, by their names; NULL: all, and what is none. */
	bool (*wants)(const void *calls, const char *name);
	const void *calls;
	/* Calls that failed with that alone; 0: all. */
	int error;
	/* What tasks of an id did alone. */
	bool has_task;
	pid_t task;
	/* What each task did is asked, too. */
	bool by_task;
};

/* Whether it chooses among what a run did by more than the names of calls. */
static inline bool query_selects_events(const struct query_selection *selection)
{
	return selection->error || selection->has_task;
}

#endif
