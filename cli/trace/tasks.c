// SPDX-License-Identifier: MIT
#include "tasks.h"

#include <stdlib.h>

struct task *tasks_find(const struct tasks *tasks, pid_t tid)
{
	return map_get(&tasks->by_tid, (uint64_t)tid);
}

struct task *tasks_add(struct tasks *tasks, pid_t tid)
{
	struct task *task = tasks_find(tasks, tid);

	if (task)
		return task;
	task = calloc(1, sizeof(*task));
	if (!task || map_put(&tasks->by_tid, (uint64_t)tid, task)) {
		free(task);
		return NULL;
	}
	task->tid = tid;
	task->is_new = true;
	task->next_thread = task->previous_thread = task;
	task->next = tasks->first;
	if (tasks->first)
		tasks->first->previous = task;
	tasks->first = task;
	tasks->n++;
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
	map_remove(&tasks->by_tid, (uint64_t)task->tid);
	leave_threads(task);
	if (task->previous)
		task->previous->next = task->next;
	else
		tasks->first = task->next;
	if (task->next)
		task->next->previous = task->previous;
	tasks->n--;
	feed_fini(&task->feed);
	free(task->held.at);
	arguments_fini(&task->arguments);
	free(task);
}

void tasks_rename(struct tasks *tasks, struct task *task, pid_t tid)
{
	map_remove(&tasks->by_tid, (uint64_t)task->tid);
	task->tid = tid;
	/* There is room where it was. */
	map_put(&tasks->by_tid, (uint64_t)tid, task);
}

void tasks_fini(struct tasks *tasks)
{
	while (tasks->first)
		tasks_remove(tasks, tasks->first);
	map_fini(&tasks->by_tid);
	*tasks = (struct tasks){ 0 };
}
