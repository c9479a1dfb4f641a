/* SPDX-License-Identifier: MIT */
/* The tasks that are followed, by their tid. */
#ifndef KCOVCTL_TASKS_H
#define KCOVCTL_TASKS_H

#include "../base/map.h"
#include "../coverage/event.h"
#include "arguments.h"
#include "devices.h"
#include "feed.h"
#include "untraced.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <time.h>

struct task {
	pid_t tid;
	/* Of its process; 0 until it stopped once. */
	pid_t pid;
	/* Of the process that made it, if that is known. */
	pid_t parent;
	/* What it records into; NULL: it is not covered. */
	struct device *device;
	/* It was not seen to stop yet. */
	bool is_new;
	/* It has, with a signal, and waits until it is known who made it. */
	bool is_waiting;
	int waiting_signal;
	/* It was told that it is over. */
	bool is_over;
	/* What it is called; "": nobody asked yet. */
	char comm[EVENT_COMM_SIZE];
	/* It is in a system call, which is known. */
	bool is_in_call;
	struct __ptrace_syscall_info entry;
	/* What it takes, and points to; NULL: that is not known. */
	const struct kcov_syscall *syscall;
	struct arguments arguments;
	/* What that call is done without; of a new task, the call that made it. */
	struct untraced untraced;
	/* When the call began, or what is between two. */
	struct timespec start;
	/* What it recorded up to the last stop in the middle of that. */
	struct held {
		/* Of so many records. */
		uint64_t *at;
		size_t n;
		size_t room;
		bool is_full;
	} held;
	/* What was taken out of its device, without it being stopped. */
	struct feed feed;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int doubts;
	/* The sink's, which gets the records. */
	void *stream;
	/* Among those that are drained, of which it is one. */
	bool is_drained;
	struct task *next_drained;
	struct task *previous_drained;
	/* The threads of its process in a ring, as far as they joined. */
	struct task *next_thread;
	struct task *previous_thread;
	/* Among all. */
	struct task *next;
	struct task *previous;
};

struct tasks {
	struct task *first;
	size_t n;
	struct map by_tid;
};

/* NULL: there is none of that tid. */
struct task *tasks_find(const struct tasks *tasks, pid_t tid);

/* A new one, or the one of that tid. NULL: no memory. */
struct task *tasks_add(struct tasks *tasks, pid_t tid);

/* It is of that process, whose first thread is there if it is to be found by that. */
void tasks_join(struct tasks *tasks, struct task *task, pid_t pid);

/* It has no device any more, and is freed. */
void tasks_remove(struct tasks *tasks, struct task *task);

/* It is of that tid from now on, of which there is no other. */
void tasks_rename(struct tasks *tasks, struct task *task, pid_t tid);

void tasks_fini(struct tasks *tasks);

#endif
