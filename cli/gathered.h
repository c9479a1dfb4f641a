/* SPDX-License-Identifier: MIT */
/* What was recorded in a whole run: how often what came, or all of it, task by task. */
#ifndef KCOVCTL_GATHERED_H
#define KCOVCTL_GATHERED_H

#include "tally.h"

#include <stdbool.h>
#include <sys/types.h>

struct gathered_stream {
	pid_t pid;
	pid_t tid;
	/* Of so many records. */
	uint64_t *at;
	size_t n;
	size_t room;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int doubts;
};

struct gathered {
	/* Whether all records are kept in their order, by task. */
	bool is_ordered;
	/* Of all. */
	unsigned int doubts;
	/* Whose words are to be set, in any case. */
	struct tally tally;
	/* In the order in which they began. */
	struct {
		struct gathered_stream **at;
		size_t n;
		size_t room;
	} streams;
};

/*
 * *current is the stream of the task, kept with it and NULL to begin with, so that a task of an id
 * that came again is another one. A task that has another id than before begins a new one, too.
 * doubts: as above; they are kept by task, too. 0 or -ENOMEM.
 */
int gathered_add(struct gathered *gathered, struct gathered_stream **current, pid_t pid, pid_t tid,
		 const uint64_t *records, size_t n, unsigned int doubts);

void gathered_fini(struct gathered *gathered);

#endif
