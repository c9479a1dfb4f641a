/* SPDX-License-Identifier: MIT */
/*
 * Run a program with its first thread covered over its whole life. No tracing: a child
 * enables the device and becomes the program; the mapping stays with us.
 *
 * The child is made first and let go later: exec takes its memory down again, page by
 * page, which is recorded, so it is to have as little as there is before vmlinux is
 * opened. What is between the two can fail without anything having run.
 */
#ifndef KCOVCTL_FIRST_THREAD_H
#define KCOVCTL_FIRST_THREAD_H

#include "signals.h"

#include <kcov/kcov.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <sys/types.h>

struct first_thread {
	pid_t pid;
	/* Whoever follows it empties the buffer, when it is about to become the program. */
	bool is_followed;
	/* Of system calls, to be installed before exec; NULL: none. */
	const struct sock_fprog *filter;
	/* Whether kcovctl had other children already, as of a shell that became it. */
	bool has_siblings;
	/* The child waits for the one, and tells by the other what failed. */
	int go_fd;
	int outcome_fd;
	struct signals signals;
};

/* Of what could not be done. */
enum first_thread_step {
	FIRST_THREAD_ENABLE,
	FIRST_THREAD_FILTER,
	FIRST_THREAD_EXEC,
	FIRST_THREAD_WAIT,
	FIRST_THREAD_TRACE,
	FIRST_THREAD_REPORT,
};

/*
 * Make the child. From now on signals of the terminal are the program's, and those that
 * ask kcovctl to end are passed on to it. 0 or -errno.
 *
 * @ret: with is_followed and filter set
 * @other: a device that is not the program's, of whose mapping the child is to get rid;
 *	or NULL
 * @file: what to execute: looked up beforehand, so that failed attempts along PATH are
 *	no part of the coverage.
 */
int first_thread_start(struct kcov *kcov, struct kcov *other, enum kcov_mode mode, const char *file,
		       char *const argv[], struct first_thread *ret);

/*
 * Let it become the program and wait for its end. 0 and *status as waitpid() gives it, or
 * -errno and *step: the program did not run then. Signals are as before.
 */
int first_thread_go(struct first_thread *thread, enum first_thread_step *step, int *status);

/*
 * The same in parts, for who follows it. Let it go: 0 or -errno. By its status, what it did not do,
 * as above. Signals are as before.
 */
int first_thread_let_go(struct first_thread *thread);
int first_thread_judge(const struct first_thread *thread, bool has_execed, int status,
		       enum first_thread_step *step);
void first_thread_end(struct first_thread *thread);

/* Instead: nothing is run. */
void first_thread_cancel(struct first_thread *thread);

/* The file that a shell would execute for name; to be freed. 0 or -errno. */
int first_thread_find(const char *name, char **ret);

#endif
