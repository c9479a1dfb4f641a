/* SPDX-License-Identifier: MIT */
/* The events of a recording, in a format of kcovctl run. */
#ifndef KCOVCTL_REPORT_EVENTS_H
#define KCOVCTL_REPORT_EVENTS_H

#include "render/format.h"
#include "store/recording.h"

#include <stdio.h>

struct report_events {
	const struct format *format;
	/* All calls of a name as one. */
	bool is_by_syscall;
	FILE *out;
	/* What that is called; whether it is a pager. */
	const char *output;
	bool is_paged;
	/* Arguments without their names. */
	bool with_raw_args;
};

/* Of the runs that query_select() chose, as run would have shown each. 0 or -1, told. */
int report_events(const struct recording *recording, const struct report_events *wanted);

#endif
