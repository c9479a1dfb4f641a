/* SPDX-License-Identifier: MIT */
/* What the arguments of calls are called, and what some of them pointed to, as rows. */
#ifndef KCOVCTL_PARAMETER_ROWS_H
#define KCOVCTL_PARAMETER_ROWS_H

#include "../base/map.h"
#include "../coverage/event.h"
#include "recording.h"

enum {
	N_PARAMETER_STATEMENTS = 2,
};

struct parameter_rows {
	sqlite3_int64 run;
	/* Calls that have their rows, by architecture and number. */
	struct map written;
	sqlite3_stmt *statements[N_PARAMETER_STATEMENTS];
};

/* A result code of SQLite. */
int parameter_rows_init(struct parameter_rows *rows, const struct recording *recording,
			sqlite3_int64 run);

/* What is known of the arguments of an event, whose row that is. As above. */
int parameter_rows_add(struct parameter_rows *rows, const struct event *event,
		       sqlite3_int64 event_row);

void parameter_rows_fini(struct parameter_rows *rows);

#endif
