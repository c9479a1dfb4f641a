// SPDX-License-Identifier: MIT
#include "gathered.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct gathered_stream *begin_stream(struct gathered *gathered, pid_t pid, pid_t tid)
{
	struct gathered_stream *stream;

	if (!array_reserve(&gathered->streams, 1))
		return NULL;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->pid = pid;
	stream->tid = tid;
	gathered->streams.at[gathered->streams.n++] = stream;
	return stream;
}

static int append(struct gathered_stream *stream, const uint64_t *records, size_t n, size_t words)
{
	if (!array_reserve_sized(stream, n, words * sizeof(*records)))
		return -ENOMEM;
	memcpy(stream->at + stream->n * words, records, n * words * sizeof(*records));
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
	for (size_t i = 0; i < gathered->streams.n; i++) {
		free(gathered->streams.at[i]->at);
		free(gathered->streams.at[i]);
	}
	free(gathered->streams.at);
	tally_fini(&gathered->tally);
}
