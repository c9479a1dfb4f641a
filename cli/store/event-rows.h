/* SPDX-License-Identifier: MIT */
/* Tasks, and events of runs that stop at calls, as rows. */
#ifndef KCOVCTL_EVENT_ROWS_H
#define KCOVCTL_EVENT_ROWS_H

#include "../coverage/event.h"
#include "recording.h"

enum {
	N_EVENT_STATEMENTS = 4,
};

struct event_rows {
	sqlite3_int64 run;
	sqlite3_stmt *statements[N_EVENT_STATEMENTS];
};

/* A result code of SQLite. */
int event_rows_init(struct event_rows *rows, const struct recording *recording, sqlite3_int64 run);

/* A new task; what and why: of one that is not covered, else NULL. As above, and *ret is its row.
 */
int event_rows_add_task(struct event_rows *rows, pid_t pid, pid_t tid, const char *what,
			const char *why, sqlite3_int64 *ret);

/* What speaks against it that all of a task's records are there. As above. */
int event_rows_doubt(struct event_rows *rows, sqlite3_int64 task, unsigned int doubts);

/* What a task is called. As above. */
int event_rows_name(struct event_rows *rows, sqlite3_int64 task, const char *comm);

/* What else an event's row has. */
struct event_links {
	/* Rows of its task, and of its call's name; 0: it has none. */
	sqlite3_int64 task;
	sqlite3_int64 call;
	/* Where its records are; block 0: nowhere. */
	sqlite3_int64 block;
	sqlite3_int64 at;
	/* How many points its set there has; 0: it is none. */
	sqlite3_int64 addresses;
};

/* As above. */
int event_rows_add(struct event_rows *rows, const struct event *event,
		   const struct event_links *links);

void event_rows_fini(struct event_rows *rows);

#endif
