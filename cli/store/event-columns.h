/* SPDX-License-Identifier: MIT */
/* From the row of an event to the event. */
#ifndef KCOVCTL_EVENT_COLUMNS_H
#define KCOVCTL_EVENT_COLUMNS_H

#include "../coverage/event.h"

#include <sqlite3.h>

/* Of the tables event, task and call. */
#define EVENT_COLUMNS                                                                              \
	"event.kind, task.pid, task.tid, uncovered_what, uncovered_why, covered, handles, "        \
	"call.name, arch, number, a0, a1, a2, a3, a4, a5, result, errno, started, is_full, "       \
	"event.doubts, event.capacity"

enum {
	N_EVENT_COLUMNS = 22,
};

/* What an event points to that its row has otherwise: the last one's handles. */
struct event_columns {
	uint64_t *at;
	size_t n;
	size_t room;
};

/*
 * All but its records, of which only full is set. Its texts are there as long as the row, and its
 * handles until the next event that has some. 0, -EBADMSG: it is none; or -ENOMEM.
 */
int event_columns_read(struct event_columns *columns, sqlite3_stmt *row, struct event *ret);

void event_columns_fini(struct event_columns *columns);

#endif
