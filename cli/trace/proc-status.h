/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_PROC_STATUS_H
#define KCOVCTL_PROC_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A number that /proc says of a task, as that of "Tgid"; or otherwise, if it says none. */
long proc_status(pid_t tid, const char *field, long otherwise);

struct proc_stat {
	/* A letter: Z and X are dead. */
	char state;
	/* PF_* of the kernel. */
	unsigned int flags;
	/* When it began, in ticks since boot: with the id, what cannot come again. */
	unsigned long long start;
};

/* False: there is no such task. */
bool proc_stat(pid_t tid, struct proc_stat *ret);

/* PF_FORKNOEXEC, PF_KTHREAD and their like of a task, as the kernel numbers them; 0: it is gone. */
unsigned int proc_flags(pid_t tid);

/* Whether it is the kernel's, if only by what it does, as workers of io_uring and vhost are. */
bool proc_is_of_kernel(const struct proc_stat *stat);
bool proc_task_is_of_kernel(pid_t tid);

/* What a task is called; "": it is gone. */
void proc_comm(pid_t tid, char *ret, size_t size);

/* Whether it is us who traces it. */
bool proc_status_is_traced_by_us(pid_t tid);

#endif
