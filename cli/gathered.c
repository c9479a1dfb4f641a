// SPDX-License-Identifier: MIT
#include "gathered.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct gathered_stream *begin_stream(struct gathered *gathered, pid_t pid, pid_t tid)
{
	struct gathered_stream *stream;

	if (gathered->n_streams == gathered->room) {
		const size_t room = gathered->room ? 2 * gathered->room : 16;
		struct gathered_stream **streams =
			reallocarray(gathered->streams, room, sizeof(struct gathered_stream *));

		if (!streams)
			return NULL;
		gathered->streams = streams;
		gathered->room = room;
	}
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->pid = pid;
	stream->tid = tid;
	gathered->streams[gathered->n_streams++] = stream;
	return stream;
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

int gathered_add(struct gathered *gathered, struct gathered_stream **current, pid_t pid, pid_t tid,
		 const uint64_t *records, size_t n, unsigned int doubts)
{
	gathered->doubts |= doubts;
	if (!gathered->is_ordered)
		return tally_add(&gathered->tally, records, n);
	if (!*current || (*current)->tid != tid || (*current)->pid != pid)
		*current = begin_stream(gathered, pid, tid);
	if (!*current)
		return -ENOMEM;
	(*current)->doubts |= doubts;
	return append(*current, records, n, gathered->tally.words);
}

void gathered_fini(struct gathered *gathered)
{
	for (size_t i = 0; i < gathered->n_streams; i++) {
		free(gathered->streams[i]->records);
		free(gathered->streams[i]);
	}
	free(gathered->streams);
	tally_fini(&gathered->tally);
}
