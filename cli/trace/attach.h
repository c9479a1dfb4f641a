/* SPDX-License-Identifier: MIT */
/*
 * Make a stopped task record into a device that is ours, or stop recording. It is handed the
 * device's descriptor, so that it need not be able to open the device: it takes it from us with
 * pidfd_getfd(2), and where it may not, from a socket. What is injected:
 *
 *	pidfd_open, pidfd_getfd, ioctl, close_range
 *
 * or, for a task without our rights or in another PID namespace,
 *
 *	socket, recvmsg, ioctl, close_range, and mmap and munmap if it has no stack
 *
 * and one close more if the two descriptors are not neighbours. Threads that share its descriptors
 * can see the two for that long, and a child that one of them forks at that moment keeps them until
 * it executes something: both are close-on-exec from the beginning.
 */
#ifndef KCOVCTL_ATTACH_H
#define KCOVCTL_ATTACH_H

#include <kcov/kcov.h>
#include <stdbool.h>
#include <sys/types.h>

struct attach_task {
	pid_t tid;
	/* Of its process. */
	pid_t pid;
	/* What it is traced with. */
	unsigned long options;
	/* It is in a group's stop. */
	bool is_group_stop;
};

/* What became of the task, and what could not be done and why, for the one who reads of it. */
struct attach_outcome {
	const char *what;
	const char *why;
	int error;
	/* It is in another stop than before. */
	bool has_moved;
	/* It does not run, and if it did some of what it was to do, not all. */
	bool is_stuck;
	/* It was killed meanwhile, and may record for a moment yet, unless it is dying or gone. */
	bool is_lost;
	/* It is in PTRACE_EVENT_EXIT, or is gone, with a status. */
	bool is_dying;
	bool is_gone;
	int status;
};

/*
 * The task is in a ptrace stop behind a system call, and after it in another one, unless it could
 * not be made to do any. Returns 0 or -errno; ret is written in any case.
 */
int attach(const struct attach_task *task, const struct kcov *kcov, enum kcov_mode mode,
	   struct attach_outcome *ret);
int detach(const struct attach_task *task, const struct kcov *kcov, struct attach_outcome *ret);

#endif
