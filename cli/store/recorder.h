/* SPDX-License-Identifier: MIT */
/*
 * Writes a run into a recording as it goes on: a sink, whose work is done by a thread of its own.
 * Each second what came until then is in the file to stay, whatever happens to kcovctl.
 */
#ifndef KCOVCTL_RECORDER_H
#define KCOVCTL_RECORDER_H

#include "../coverage/sink.h"
#include "recorder-opts.h"

struct recorder;

/* What is there of the run before it begins is in the file. 0, or -1, and why was told. */
int recorder_open(const struct recorder_opts *opts, struct recorder **ret);

struct sink recorder_sink(struct recorder *recorder);

/*
 * Modules may have come or gone, and are looked for next: wait until what was handed over until now
 * is looked up, lest it be taken for what lies there then.
 */
void recorder_wait(struct recorder *recorder);

/* Modules came or went: whoever runs later records others. Any thread may call it. */
void recorder_forget_modules(struct recorder *recorder);

/* All that was handed to the sink is taken: what events point to may go. The sink's end() does it.
 */
void recorder_stop(struct recorder *recorder);

/*
 * Behind the sink's end(): what speaks against it that all records are there, bits of enum
 * kcov_drain_doubt; *is_full: a buffer had no room.
 */
unsigned int recorder_doubts(const struct recorder *recorder, bool *is_full);

struct recorder_end {
	/* The command's first process, and what kcovctl exits with. */
	pid_t pid;
	int status;
	/* Whether it can be known that something is missing: kcovctl saw all of it. */
	bool is_known;
};

/*
 * Behind the sink's end(): all is written. 0, or -1, and why was told: the recording has what it
 * had a second before that.
 */
int recorder_finish(struct recorder *recorder, const struct recorder_end *end);

/* Without recorder_finish(), the run stays one that did not come to its end. */
void recorder_close(struct recorder *recorder);

#endif
