/* SPDX-License-Identifier: MIT */
/* A thread that does the work of another one. */
#ifndef KCOVCTL_WORKER_H
#define KCOVCTL_WORKER_H

#include <pthread.h>

/* Signals are not for it. 0 or -errno. */
int worker_start(pthread_t *thread, void *(*work)(void *context), void *context);

#endif
