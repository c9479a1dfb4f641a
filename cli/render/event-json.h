/* SPDX-License-Identifier: MIT */
/* Events as JSON, an object a line: docs/json-format.md says what is in them. */
#ifndef KCOVCTL_EVENT_JSON_H
#define KCOVCTL_EVENT_JSON_H

#include "places.h"
#include "report.h"

/*
 * An event and its records, which is written out at once. places: what is known of their
 * addresses; their text is of event_json_place(). with_frames: as there. 0 or -ENOMEM.
 */
int event_json_write(const struct report *report, struct places *places, bool with_frames,
		     FILE *out);

/*
 * What is written of each record at a place: where it is, and, behind a NUL, with_frames, what is
 * inlined into what there. To be freed; NULL: no memory.
 */
char *event_json_place(const struct kcov_location *location, bool with_frames);

/* A task that is not covered. */
void event_json_not_covered(pid_t pid, pid_t tid, const char *what, const char *why, FILE *out);

/* The last object. */
struct event_totals {
	size_t tasks;
	size_t not_covered;
	size_t calls;
	size_t between;
	size_t exits;
	size_t full;
	struct blind blind;
};

void event_json_totals(const struct event_totals *totals, FILE *out);

/* The same of a run that was not stopped, and has no events. */
void event_json_tasks(const struct report_tasks *tasks, FILE *out);

#endif
