/* SPDX-License-Identifier: MIT */
/*
 * Waits for tracees that would last for ever: a frozen one does no call, and who executes something
 * waits for its threads, which wait for us, while we wait for it.
 */
#ifndef KCOVCTL_WATCH_H
#define KCOVCTL_WATCH_H

#include <stdbool.h>
#include <sys/types.h>

/* By a timer, on the calling thread, which is the tracer's. Without one, waits are not ended. */
void watch_start(void);
void watch_stop(void);

/* A wait for a stop of this task begins: should it last for seconds, the task is interrupted. */
void watch_task(pid_t tid);

/* The wait is over. True: it lasted too long. */
bool watch_end(void);

/* PTRACE_SEIZE: 0; -EAGAIN: it lasted too long; or -errno. */
int watch_seize(pid_t tid, unsigned long options);

#endif
