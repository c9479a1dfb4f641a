/* SPDX-License-Identifier: MIT */
/* All that each task of a whole run recorded, in its order. */
#ifndef KCOVCTL_STREAMS_H
#define KCOVCTL_STREAMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stream {
	pid_t pid;
	pid_t tid;
	/* Of so many records. */
	uint64_t *at;
	size_t n;
	size_t room;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int doubts;
};

struct streams {
	/* Of a record. */
	size_t words;
	/* In the order in which they began. */
	struct stream **at;
	size_t n;
	size_t room;
};

/*
 * *current is the stream of the task, kept with it and NULL to begin with, so that a task of an id
 * that came again is another one. A task that has another id than before begins a new one, too.
 * 0 or -ENOMEM.
 */
int streams_add(struct streams *streams, struct stream **current, pid_t pid, pid_t tid,
		const uint64_t *records, size_t n, unsigned int doubts);

void streams_fini(struct streams *streams);

#endif
