/* SPDX-License-Identifier: MIT */
/* A run that becomes a recording. */
#ifndef KCOVCTL_RECORD_H
#define KCOVCTL_RECORD_H

#include "run.h"

/* Before the command runs. 0, or the status to exit with, and why was told. */
int record_open(struct run_session *session);

/*
 * Behind all that tasks recorded: what came by the run's handles, and how the command ended; then
 * the summary, if that is wanted. status: what the command exited with. As above.
 */
int record_end(struct run_session *session, const struct totals *totals, int status);

/* What did not come to its end is not complete. */
void record_close(struct run_session *session);

#endif
