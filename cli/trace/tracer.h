/* SPDX-License-Identifier: MIT */
/*
 * Follow a program, all of its threads and children, with kcov attached to each; and tell what each
 * system call recorded, or leave that to a drainer and stop tasks only at birth, exec and death.
 */
#ifndef KCOVCTL_TRACER_H
#define KCOVCTL_TRACER_H

#include "../syscalls/call-filter.h"
#include "cover.h"
#include "first-thread.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tracer_opts {
	/* Its options are the tracer's own. */
	struct cover cover;
	/* The first thread alone. */
	bool no_follow;
	/* Called when a task has executed something or ends; NULL: nobody wants to know. */
	void (*has_news)(void *context);
	void *context;
	/* Whether events are to say what tasks are called. */
	bool wants_names;
	/* A filter of the program's makes it stop at these calls, and not at others; NULL: at all.
	 */
	const struct call_filter *filter;
};

/*
 * Let a program run that waits, and follow it until the last task is over, or until kcovctl is told
 * to end when the program is; told so again seconds later, it does not wait for tasks that do not
 * stop. The program enables its device itself. *status is its own, as waitpid() gives it. Returns
 * 0, or -errno and *step, as first_thread_go() does.
 */
int tracer_run(const struct tracer_opts *opts, struct first_thread *thread, struct device *device,
	       enum first_thread_step *step, int *status);

/*
 * Follow a process that is there, or with no_follow the thread of that id, until it is over or
 * kcovctl is told to end, and then let it do what it did, as above. Returns 0; -ESRCH: there is no
 * such process; -EPERM: it is traced already, or of the kernel, or we must not; -EAGAIN: it does
 * not get on with executing a program; or -errno.
 */
int tracer_attach(const struct tracer_opts *opts, pid_t pid);

#endif
