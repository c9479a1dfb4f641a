/* SPDX-License-Identifier: MIT */
/* What becomes of what a run did: reports, a summary, a recording. */
#ifndef KCOVCTL_SHOW_H
#define KCOVCTL_SHOW_H

#include "run.h"

/* Where what it does goes: to the recording, to reports, or by the tee to both. */
struct sink run_sink(const struct run_session *session, const struct sink *reports,
		     struct tee *tee);

/*
 * What others did for the program, and the end. 0 and *remote, which is an event in *room or NULL;
 * or -errno.
 */
int run_end(const struct run_session *session, const struct sink *sink, const struct totals *totals,
	    struct event *room, const struct event **remote);

/*
 * Behind run_end(): the recording's end, and what the run adds up to, if that was not written as it
 * went on, or a summary. set: NULL if it was; status: what the command exited with. That, or the
 * status to exit with, and why was told.
 */
int run_show(struct run_session *session, const struct set *set, const struct totals *totals,
	     const struct event *remote, int status);

/* A report was written where no header says what is missing: told. */
void run_warn(struct run_session *session, const struct report *report);

#endif
