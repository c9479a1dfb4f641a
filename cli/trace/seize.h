/* SPDX-License-Identifier: MIT */
/* Take hold of a process that was there before us, all of its threads. */
#ifndef KCOVCTL_SEIZE_H
#define KCOVCTL_SEIZE_H

#include "cover.h"
#include "tasks.h"

#include <stdbool.h>
#include <sys/types.h>

struct seize {
	pid_t pid;
	/* What is seized is added to, and who cannot be is told of. */
	struct tasks *tasks;
	struct cover *cover;
	/* Who was seized in the middle of making a thread made one that is not. */
	bool is_settled;
	/* Of a thread that could not be seized, and whether it is told. */
	int err;
	bool tells;
};

/*
 * Seize and interrupt what is there, or with only_one the thread of that id alone. Returns 0;
 * -ESRCH: there is nobody; -EPERM: it is traced already, or of the kernel, or we must not; or
 * -errno.
 */
int seize_process(struct seize *seize, bool only_one);

/* Once all of them have stopped, all threads are there to be found: those that are new. */
void seize_rest(struct seize *seize);

#endif
