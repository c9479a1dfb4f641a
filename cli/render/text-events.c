// SPDX-License-Identifier: MIT
#include "event-writer.h"
#include "header.h"

#include <errno.h>

int event_writer_flush(const struct event_writer *writer, int err)
{
	fflush(writer->out);
	if (!err && ferror(writer->out))
		err = errno ? -errno : -EIO;
	return err;
}

static int begin(void *context)
{
	const struct event_writer *writer = context;

	if (writer->format->can & FORMAT_SYMBOLS)
		report_write_source(&writer->report, writer->out);
	return 0;
}

static int take_event(void *context, const struct event *event)
{
	const struct event_writer *writer = context;
	const struct report report = report_of(&writer->report, event);
	int err;

	if (event->kind == EVENT_NOT_COVERED)
		return 0;
	if (event->kind == EVENT_TASK)
		return -EINVAL;
	errno = 0;
	err = writer->format->write(&report, writer->out);
	return event_writer_flush(writer, err);
}

static int end(void *context, const struct totals *totals)
{
	const struct event_writer *writer = context;

	fprintf(writer->out,
		"\n# %zu tasks, %zu not covered; %zu calls, %zu times between calls, %zu "
		"ends; %zu of them not complete\n",
		totals->tasks, totals->not_covered, totals->calls, totals->between, totals->exits,
		totals->full_events);
	report_write_blind_spots(&totals->blind, writer->out);
	return 0;
}

struct sink text_events(struct event_writer *writer)
{
	return (struct sink){ .begin = begin, .event = take_event, .end = end, .context = writer };
}
