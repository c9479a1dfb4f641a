/* SPDX-License-Identifier: MIT */
/* An object of kcovctl run -f json as the event that it was made of. */
#ifndef KCOVCTL_JSON_EVENT_H
#define KCOVCTL_JSON_EVENT_H

#include "../base/map.h"
#include "../coverage/event.h"
#include "json-members.h"

#include <kcov/symbolize.h>

/* What events point to. */
struct json_events {
	/* Where addresses are here; NULL: nothing is known of any. */
	const struct kcov_symbolizer *symbolizer;
	/* Texts that stay, each once. */
	struct {
		char **at;
		size_t n;
		size_t room;
	} texts;
	/* Of the last event. */
	struct {
		uint64_t *at;
		size_t n;
		size_t room;
	} words;
	struct {
		uint64_t *at;
		size_t n;
		size_t room;
	} handles;
	struct event_text arguments[KCOV_SYSCALL_PARAMETERS];
	/* What calls take, by architecture and number; they stay. */
	struct map syscalls;
};

/* Of "call", "between", "exit", "remote", "run" (as EVENT_TASK) and "not_covered". 0, or -1, told.
 */
int json_event_read(struct json_events *events, const struct json_line *line, enum event_kind kind,
		    struct event *ret);

void json_events_fini(struct json_events *events);

#endif
