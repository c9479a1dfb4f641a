// SPDX-License-Identifier: MIT
#include "tasks.h"

#include <stdlib.h>

static struct task **find(const struct tasks *tasks, pid_t tid)
{
	struct task **link = (struct task **)&tasks->buckets[(size_t)tid % TASKS_BUCKETS];

	while (*link && (*link)->tid != tid)
		link = &(*link)->next;
	return link;
}

struct task *tasks_find(const struct tasks *tasks, pid_t tid)
{
	return *find(tasks, tid);
}

struct task *tasks_add(struct tasks *tasks, pid_t tid)
{
	struct task **link = find(tasks, tid);

	if (!*link) {
		*link = calloc(1, sizeof(**link));
		if (!*link)
			return NULL;
		(*link)->tid = tid;
		(*link)->is_new = true;
		tasks->n++;
	}
	return *link;
}

static struct task *take_out(struct tasks *tasks, pid_t tid)
{
	struct task **link = find(tasks, tid), *task = *link;

	if (task)
		*link = task->next;
	return task;
}

void tasks_remove(struct tasks *tasks, pid_t tid)
{
	struct task *task = take_out(tasks, tid);

	if (!task)
		return;
	tasks->n--;
	feed_fini(&task->feed);
	free(task->held);
	free(task);
}

void tasks_rename(struct tasks *tasks, struct task *task, pid_t tid)
{
	struct task **link;

	take_out(tasks, task->tid);
	link = find(tasks, tid);
	task->tid = tid;
	task->next = NULL;
	*link = task;
}

void tasks_fini(struct tasks *tasks)
{
	for (size_t i = 0; i < TASKS_BUCKETS; i++) {
		while (tasks->buckets[i])
			tasks_remove(tasks, tasks->buckets[i]->tid);
	}
}
