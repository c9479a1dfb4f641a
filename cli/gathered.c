// SPDX-License-Identifier: MIT
#include "gathered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The one of a task, or a new one. A tid that came again is another task: its process is, too. */
static struct gathered_stream *stream_of(struct gathered *gathered, pid_t pid, pid_t tid)
{
	struct gathered_stream *streams;

	for (size_t i = gathered->n_streams; i--;)
		if (gathered->streams[i].tid == tid && gathered->streams[i].pid == pid)
			return &gathered->streams[i];
	streams = reallocarray(gathered->streams, gathered->n_streams + 1, sizeof(*streams));
	if (!streams)
		return NULL;
	gathered->streams = streams;
	streams[gathered->n_streams] = (struct gathered_stream){ .pid = pid, .tid = tid };
	return &streams[gathered->n_streams++];
}

static int append(struct gathered_stream *stream, const uint64_t *records, size_t n, size_t words)
{
	if (n > stream->room - stream->n) {
		const size_t room = 2 * stream->room + n;
		uint64_t *larger = reallocarray(stream->records, room, words * sizeof(*larger));

		if (!larger)
			return -ENOMEM;
		stream->records = larger;
		stream->room = room;
	}
	if (n)
		memcpy(stream->records + stream->n * words, records, n * words * sizeof(*records));
	stream->n += n;
	return 0;
}

int gathered_add(struct gathered *gathered, pid_t pid, pid_t tid, const uint64_t *records, size_t n,
		 unsigned int doubts)
{
	struct gathered_stream *stream;

	gathered->doubts |= doubts;
	if (!gathered->is_ordered)
		return tally_add(&gathered->tally, records, n);
	stream = stream_of(gathered, pid, tid);
	if (stream)
		stream->doubts |= doubts;
	return stream ? append(stream, records, n, gathered->tally.words) : -ENOMEM;
}

void gathered_fini(struct gathered *gathered)
{
	for (size_t i = 0; i < gathered->n_streams; i++)
		free(gathered->streams[i].records);
	free(gathered->streams);
	tally_fini(&gathered->tally);
}
