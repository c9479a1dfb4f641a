/* SPDX-License-Identifier: MIT */
/* What a run recorded, or a recording has of one, written as it is wanted. */
#ifndef KCOVCTL_REPORTS_H
#define KCOVCTL_REPORTS_H

#include "../coverage/set.h"
#include "event-writer.h"

struct reports {
	/* What all of them have in common, their format, and where they go. */
	const struct event_writer *writer;
	/* What that is called. */
	const char *output;
	/* A header on standard error says what is missing. */
	bool is_seen;
	/* A pager shows it: whoever leaves that before the end has seen what was wanted. */
	bool is_paged;
};

/*
 * What a run adds up to, and behind that what others did for it, NULL: nobody did. 0 or -1, and
 * why was told.
 */
int reports_write(const struct reports *reports, const struct set *set, const struct totals *totals,
		  const struct event *remote);

/* A report was written where no header says what is missing: told on standard error. */
void reports_warn(const struct reports *reports, const struct report *report);

/* Whether all of it was written; as reports_write(). */
int reports_end(const struct reports *reports);

#endif
