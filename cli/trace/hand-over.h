/* SPDX-License-Identifier: MIT */
/* Give a stopped task a descriptor of ours. */
#ifndef KCOVCTL_HAND_OVER_H
#define KCOVCTL_HAND_OVER_H

#include "inject.h"

/* Descriptors in the task; -1: none. */
struct handed {
	/* What it was to get. */
	int fd;
	/* What it came by. */
	int other_fd;
};

/*
 * pid: of the task's process. Returns 0; -EMFILE: it has no descriptor left, and may not get more;
 * -ESRCH: it was killed; or -errno. What *ret has afterwards is to be closed in the task, also
 * after an error.
 */
int hand_over(struct inject *inject, pid_t pid, int fd, struct handed *ret);

#endif
