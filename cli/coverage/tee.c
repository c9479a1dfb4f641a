// SPDX-License-Identifier: MIT
#include "tee.h"

#include <errno.h>
#include <stdlib.h>

struct tee_streams {
	struct tee_streams *next;
	void *first;
	void *second;
};

static int begin(void *context)
{
	const struct tee *tee = context;
	int err = tee->first.begin(tee->first.context);

	return err ? err : tee->second.begin(tee->second.context);
}

static struct tee_streams *add_streams(struct tee *tee)
{
	struct tee_streams *streams = calloc(1, sizeof(*streams));

	if (!streams)
		return NULL;
	streams->next = tee->streams;
	tee->streams = streams;
	return streams;
}

static int take_records(void *context, void **stream, const struct event *piece)
{
	struct tee *tee = context;
	struct tee_streams *streams = *stream;
	int err;

	if (!streams)
		*stream = streams = add_streams(tee);
	if (!streams)
		return -ENOMEM;
	err = tee->first.records(tee->first.context, &streams->first, piece);
	return err ? err : tee->second.records(tee->second.context, &streams->second, piece);
}

static int take_event(void *context, const struct event *event)
{
	const struct tee *tee = context;
	int err = tee->first.event(tee->first.context, event);

	return err ? err : tee->second.event(tee->second.context, event);
}

/* That is the one thing that each of them is told in any case. */
static int end(void *context, const struct totals *totals)
{
	const struct tee *tee = context;
	int err = tee->first.end(tee->first.context, totals);
	int second_err = tee->second.end(tee->second.context, totals);

	return err ? err : second_err;
}

struct sink tee_sink(struct tee *tee)
{
	return (struct sink){ .begin = begin,
			      .records = tee->first.records && tee->second.records ? take_records
										   : NULL,
			      .event = take_event,
			      .end = end,
			      .context = tee };
}

void tee_fini(struct tee *tee)
{
	struct tee_streams *streams, *next;

	for (streams = tee->streams; streams; streams = next) {
		next = streams->next;
		free(streams);
	}
}
