// SPDX-License-Identifier: MIT
#include "tasks.h"

#include <stdlib.h>

enum {
	FIRST_BUCKETS = 64,
};

static struct task **bucket_of(const struct tasks *tasks, pid_t tid)
{
	return &tasks->buckets[(size_t)tid & (tasks->n_buckets - 1)];
}

struct task *tasks_find(const struct tasks *tasks, pid_t tid)
{
	struct task *task = tasks->n_buckets ? *bucket_of(tasks, tid) : NULL;

	while (task && task->tid != tid)
		task = task->next_in_bucket;
	return task;
}

static void put_into_bucket(struct tasks *tasks, struct task *task)
{
	struct task **bucket = bucket_of(tasks, task->tid);

	task->next_in_bucket = *bucket;
	*bucket = task;
}

static void take_out_of_bucket(struct tasks *tasks, struct task *task)
{
	struct task **link = bucket_of(tasks, task->tid);

	while (*link != task)
		link = &(*link)->next_in_bucket;
	*link = task->next_in_bucket;
}

/* A bucket for each task, if there is memory for them. */
static void grow(struct tasks *tasks)
{
	const size_t n = tasks->n_buckets ? 2 * tasks->n_buckets : FIRST_BUCKETS;
	struct task **buckets = calloc(n, sizeof(struct task *));

	if (!buckets)
		return;
	free(tasks->buckets);
	tasks->buckets = buckets;
	tasks->n_buckets = n;
	for (struct task *task = tasks->first; task; task = task->next)
		put_into_bucket(tasks, task);
}

struct task *tasks_add(struct tasks *tasks, pid_t tid)
{
	struct task *task = tasks_find(tasks, tid);

	if (task)
		return task;
	if (tasks->n >= tasks->n_buckets)
		grow(tasks);
	task = tasks->n_buckets ? calloc(1, sizeof(*task)) : NULL;
	if (!task)
		return NULL;
	task->tid = tid;
	task->is_new = true;
	task->next_thread = task->previous_thread = task;
	task->next = tasks->first;
	if (tasks->first)
		tasks->first->previous = task;
	tasks->first = task;
	tasks->n++;
	put_into_bucket(tasks, task);
	return task;
}

static void leave_threads(struct task *task)
{
	task->previous_thread->next_thread = task->next_thread;
	task->next_thread->previous_thread = task->previous_thread;
	task->next_thread = task->previous_thread = task;
}

void tasks_join(struct tasks *tasks, struct task *task, pid_t pid)
{
	struct task *first = tasks_find(tasks, pid);

	task->pid = pid;
	if (!first || first == task)
		return;
	leave_threads(task);
	task->next_thread = first->next_thread;
	task->previous_thread = first;
	first->next_thread->previous_thread = task;
	first->next_thread = task;
}

void tasks_remove(struct tasks *tasks, struct task *task)
{
	take_out_of_bucket(tasks, task);
	leave_threads(task);
	if (task->previous)
		task->previous->next = task->next;
	else
		tasks->first = task->next;
	if (task->next)
		task->next->previous = task->previous;
	tasks->n--;
	feed_fini(&task->feed);
	free(task->held);
	free(task);
}

void tasks_rename(struct tasks *tasks, struct task *task, pid_t tid)
{
	take_out_of_bucket(tasks, task);
	task->tid = tid;
	put_into_bucket(tasks, task);
}

void tasks_fini(struct tasks *tasks)
{
	while (tasks->first)
		tasks_remove(tasks, tasks->first);
	free(tasks->buckets);
	*tasks = (struct tasks){ 0 };
}
