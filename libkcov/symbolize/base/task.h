/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_TASK_H
#define KCOV_SYMBOLIZE_TASK_H

#include <pthread.h>
#include <stdbool.h>

/* Work that is done beside the caller's. */
struct kcov_task {
	int (*run)(void *context);
	void *context;
	int rc;
	pthread_t thread;
	bool is_thread;
};

/*
 * Begin; run and context are set. It is done at once where that is not worth a thread, or there
 * is none to be had.
 */
void kcov_task_start(struct kcov_task *task, bool is_worth_a_thread);

/* Wait for its end. Returns what it did. */
int kcov_task_end(struct kcov_task *task);

#endif
