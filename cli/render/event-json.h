/* SPDX-License-Identifier: MIT */
/* Events as JSON, an object a line: docs/json-format.md says what is in them. */
#ifndef KCOVCTL_EVENT_JSON_H
#define KCOVCTL_EVENT_JSON_H

#include "event-writer.h"

/* Their sink. Places are of event_json_place(). */
struct sink json_events(struct event_writer *writer);

/*
 * What is written of each record at a place: where it is, and, behind a NUL, with_frames, what is
 * inlined into what there. To be freed; NULL: no memory.
 */
char *event_json_place(const struct kcov_location *location, bool with_frames);

/* The last object, of a run that was told event by event, and of another one. */
void event_json_totals(const struct totals *totals, FILE *out);
void event_json_tasks(const struct totals *totals, FILE *out);

#endif
