/* SPDX-License-Identifier: MIT */
/* Events written one by one, as they come, by who has some of a format. */
#ifndef KCOVCTL_EVENT_WRITER_H
#define KCOVCTL_EVENT_WRITER_H

#include "../coverage/sink.h"
#include "format.h"

struct event_writer {
	/* What the reports of all of them have in common. The text of a place is the format's. */
	struct report report;
	const struct format *format;
	/* Inline chains, too. */
	bool with_frames;
	FILE *out;
};

/* Each is a report of the format, on its own, but for who is not covered. */
struct sink text_events(struct event_writer *writer);

#endif
