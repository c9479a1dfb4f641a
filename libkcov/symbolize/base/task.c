// SPDX-License-Identifier: MIT
#include "task.h"

#include <sys/sysinfo.h>

static void *run(void *arg)
{
	struct kcov_task *task = arg;

	task->rc = task->run(task->context);
	return NULL;
}

void kcov_task_start(struct kcov_task *task, bool is_worth_a_thread)
{
	task->is_thread = is_worth_a_thread && get_nprocs() > 1 &&
			  !pthread_create(&task->thread, NULL, run, task);
	if (!task->is_thread)
		run(task);
}

int kcov_task_end(struct kcov_task *task)
{
	if (task->is_thread)
		pthread_join(task->thread, NULL);
	return task->rc;
}
