/* SPDX-License-Identifier: MIT */
/* What the arguments of a recorded run's calls are called, and what some of them pointed to. */
#ifndef KCOVCTL_STORED_PARAMETERS_H
#define KCOVCTL_STORED_PARAMETERS_H

#include "../base/map.h"
#include "../coverage/event.h"
#include "recording.h"

struct stored_parameters {
	/* By architecture and number. */
	struct map syscalls;
	/* The event's that was read last. */
	sqlite3_stmt *texts_of;
	struct event_text texts[KCOV_SYSCALL_PARAMETERS];
	char bytes[KCOV_SYSCALL_PARAMETERS * (EVENT_TEXT_MAX + 1)];
};

/* Those of a run. A result code of SQLite, or SQLITE_MISMATCH: somebody else wrote them. */
int stored_parameters_init(struct stored_parameters *stored, const struct recording *recording,
			   sqlite3_int64 run);

/*
 * Add them to an event, whose row that is; they are there until the next one is read. A result code
 * as above.
 */
int stored_parameters_read(struct stored_parameters *stored, sqlite3_int64 event_row,
			   struct event *event);

void stored_parameters_fini(struct stored_parameters *stored);

#endif
