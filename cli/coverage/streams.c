// SPDX-License-Identifier: MIT
#include "streams.h"

#include "../base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct stream *begin(struct streams *streams, pid_t pid, pid_t tid)
{
	struct stream *stream;

	if (!array_reserve(streams, 1))
		return NULL;
	stream = calloc(1, sizeof(*stream));
	if (!stream)
		return NULL;
	stream->pid = pid;
	stream->tid = tid;
	streams->at[streams->n++] = stream;
	return stream;
}

static int append(struct stream *stream, const uint64_t *records, size_t n, size_t words)
{
	if (!array_reserve_sized(stream, n, words * sizeof(*records)))
		return -ENOMEM;
	memcpy(stream->at + stream->n * words, records, n * words * sizeof(*records));
	stream->n += n;
	return 0;
}

int streams_add(struct streams *streams, struct stream **current, pid_t pid, pid_t tid,
		const uint64_t *records, size_t n, unsigned int doubts)
{
	if (!*current || (*current)->tid != tid || (*current)->pid != pid)
		*current = begin(streams, pid, tid);
	if (!*current)
		return -ENOMEM;
	(*current)->doubts |= doubts;
	return append(*current, records, n, streams->words);
}

void streams_fini(struct streams *streams)
{
	for (size_t i = 0; i < streams->n; i++) {
		free(streams->at[i]->at);
		free(streams->at[i]);
	}
	free(streams->at);
}
