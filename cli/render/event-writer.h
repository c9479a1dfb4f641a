/* SPDX-License-Identifier: MIT */
/* Events that are written one by one, as they come. */
#ifndef KCOVCTL_EVENT_WRITER_H
#define KCOVCTL_EVENT_WRITER_H

#include "../coverage/sink.h"
#include "format.h"

struct event_writer {
	/* What the reports of all of them have in common. The text of a place is the format's. */
	struct report report;
	const struct format *format;
	/* Whether inline chains are written, too. */
	bool with_frames;
	FILE *out;
};

/*
 * Behind what was written of an event, with errno 0 before that: err, or why the stream did not
 * take it.
 */
int event_writer_flush(const struct event_writer *writer, int err);

/* Each is a report of the format, on its own; tasks that are not covered are not written. */
struct sink text_events(struct event_writer *writer);

#endif
