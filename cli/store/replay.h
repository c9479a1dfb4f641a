/* SPDX-License-Identifier: MIT */
/* A run of a recording, as the events that it was made of. */
#ifndef KCOVCTL_REPLAY_H
#define KCOVCTL_REPLAY_H

#include "../coverage/sink.h"
#include "stored-places.h"

struct replay;

/* What a run was. */
struct replayed_run {
	const char *name;
	const char *command;
	const struct kcov_record_kind *kind;
	/* Its first process. */
	pid_t pid;
	size_t capacity;
	/* Each call is an event; else records of tasks come in pieces. */
	bool is_by_call;
	/* The first thread alone, in one buffer. */
	bool is_fast;
	/* Others collected it, and whether it is complete is not known. */
	bool is_of_others;
	/* The recording became too large: there are no events from some time on. */
	bool is_cut;
	struct totals totals;
	struct symbol_source source;
};

/*
 * The runs that query_select() chose, one by one. each() returns 0, or something else that ends it.
 * 0, what each() returned, or -1, and why was told: one of them is not kept in order, or it cannot
 * be read.
 */
int replay_runs(const struct recording *recording,
		int (*each)(void *context, struct replay *replay), void *context);

const struct replayed_run *replay_run(const struct replay *replay);

/*
 * As places.make, for addresses of the events that were handed on, in a context that is the replay.
 * A text is the name of the system call that begins there.
 */
int replay_make_place(void *replay, struct place *place);

/*
 * Hand all of it to a sink, from begin() to end(), if it has them. What a remote event points to
 * stays, if it is the last one. 0, what the sink failed with, or 1: it cannot be read, which was
 * told.
 */
int replay_write(struct replay *replay, const struct sink *sink);

#endif
