// SPDX-License-Identifier: MIT
#include "seize.h"

#include "proc-status.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

/* True: a new one, which may have made others meanwhile. */
static bool seize_thread(struct seize *seize, pid_t tid)
{
	int err = 0;

	if (tasks_find(seize->tasks, tid))
		return false;
	if (ptrace(PTRACE_SEIZE, tid, NULL, seize->cover->options))
		err = errno;
	/* It may be gone, or dead, or have come to be traced by us with who made it. */
	if (err == ESRCH ||
	    (err && (proc_status_is_traced_by_us(tid) || proc_status(tid, "VmSize", -1) < 0)))
		return false;
	if (!err && !tasks_add(seize->tasks, tid))
		err = ENOMEM;
	if (err) {
		const struct task task = { .tid = tid,
					   .pid = (pid_t)proc_status(tid, "Tgid", tid) };

		seize->err = -err;
		seize->cover->totals.tasks += seize->tells;
		if (seize->tells)
			cover_fail(seize->cover, &task, "follow it", strerrordesc_np(err));
		return false;
	}
	ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	return !seize->tells;
}

static bool seize_pass(struct seize *seize, DIR *dir)
{
	const struct dirent *entry;
	bool is_news = false;

	while ((entry = readdir(dir))) {
		const pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0 && seize_thread(seize, tid))
			is_news = true;
	}
	return is_news;
}

/* Those that come meanwhile, too, until a pass over all of them finds none that is new. */
static int seize_threads(struct seize *seize)
{
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)seize->pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? -ESRCH : -errno;
	while (seize_pass(seize, dir))
		rewinddir(dir);
	closedir(dir);
	return 0;
}

int seize_process(struct seize *seize, bool only_one)
{
	int err = 0;

	if (only_one)
		seize_thread(seize, seize->pid);
	else
		err = seize_threads(seize);
	if (seize->tasks->n && seize->err && !only_one) {
		seize->tells = true;
		err = seize_threads(seize);
		seize->tells = false;
	}
	seize->is_settled = only_one;
	if (seize->tasks->n)
		return 0;
	return err ? err : seize->err ? seize->err : -ESRCH;
}

void seize_rest(struct seize *seize)
{
	if (seize->is_settled)
		return;
	for (size_t i = 0; i < TASKS_BUCKETS; i++)
		for (const struct task *task = seize->tasks->buckets[i]; task; task = task->next)
			if (task->is_new)
				return;
	seize->is_settled = true;
	seize_threads(seize);
}
