/* SPDX-License-Identifier: MIT */
/* Take hold of a process that was there before us, all of its threads. */
#ifndef KCOVCTL_SEIZE_H
#define KCOVCTL_SEIZE_H

#include "cover.h"
#include "tasks.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct seize {
	pid_t pid;
	/* What is seized is added to, and who cannot be is told of. */
	struct tasks *tasks;
	struct cover *cover;
	/* Threads that cannot be followed. */
	struct {
		struct seize_failure *at;
		size_t n;
		size_t room;
	} failures;
	bool only_one;
	/* All threads are known: none was seized in the middle of making one that is not. */
	bool is_settled;
};

/*
 * Seize and interrupt what is there, or with only_one the thread of that id alone. Returns 0;
 * -ESRCH: there is nobody; -EPERM: it is traced already, or of the kernel, or we must not;
 * -EAGAIN: it is executing a program and does not get on with it; or -errno.
 */
int seize_process(struct seize *seize, bool only_one);

/* Once all of them have stopped, all threads are there to be found: those that are new. */
void seize_rest(struct seize *seize);

void seize_fini(struct seize *seize);

#endif
