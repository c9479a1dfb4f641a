// SPDX-License-Identifier: MIT
#include "worker.h"

#include <signal.h>
#include <stddef.h>

int worker_start(pthread_t *thread, void *(*work)(void *context), void *context)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = -pthread_create(thread, NULL, work, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}
