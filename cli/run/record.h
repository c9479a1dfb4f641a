/* SPDX-License-Identifier: MIT */
/* A run that becomes a recording. */
#ifndef KCOVCTL_RECORD_H
#define KCOVCTL_RECORD_H

#include "run.h"

/* Before the command runs. 0, or the status to exit with, and why was told. */
int record_open(struct run_session *session);

/* Behind the sink's end(): how the command ended, and what it exited with. As above. */
int record_end(struct run_session *session, int status);

/* What is wanted of it: a summary, or what run_recording.asked() writes. As above. */
int record_ask(struct run_session *session);

/* What did not come to its end is not complete. */
void record_close(struct run_session *session);

#endif
