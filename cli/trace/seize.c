// SPDX-License-Identifier: MIT
#include "seize.h"

#include "../base/array.h"
#include "proc-status.h"
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

struct seize_failure {
	pid_t tid;
	int err;
	const char *why;
	bool is_told;
};

static bool has_failed(const struct seize *seize, pid_t tid)
{
	for (size_t i = 0; i < seize->failures.n; i++)
		if (seize->failures.at[i].tid == tid)
			return true;
	return false;
}

/* It may be gone, or dead, or have come to be traced by us with who made it. */
static void fail(struct seize *seize, pid_t tid, int err)
{
	const bool is_of_kernel = proc_task_is_of_kernel(tid);

	if (err == -ESRCH || proc_status_is_traced_by_us(tid) ||
	    (!is_of_kernel && proc_status(tid, "VmSize", -1) < 0))
		return;
	if (!array_reserve(&seize->failures, 1))
		return;
	seize->failures.at[seize->failures.n++] = (struct seize_failure){
		.tid = tid,
		.err = err,
		.why = is_of_kernel ? "it is a worker of the kernel" : strerrordesc_np(-err),
	};
}

static int seize_thread(struct seize *seize, pid_t tid)
{
	struct task *task;
	int err;

	/* They can be traced, but return to no code that could do calls. */
	if (proc_task_is_of_kernel(tid))
		return -EPERM;
	err = watch_seize(tid, seize->cover->options);
	task = err ? NULL : tasks_add(seize->tasks, tid);
	if (!err && !task)
		err = -ENOMEM;
	/* Nobody is going to say who made it. */
	if (task && !seize->only_one)
		task->parent = seize->pid;
	if (!err)
		ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	return err;
}

/* True: it is a new one, which may have made others meanwhile. */
static bool look_at(struct seize *seize, pid_t tid)
{
	int err;

	if (tasks_find(seize->tasks, tid) || has_failed(seize, tid) ||
	    proc_status_is_traced_by_us(tid))
		return false;
	err = seize_thread(seize, tid);
	if (err && err != -EAGAIN)
		fail(seize, tid, err);
	if (!err || err == -EAGAIN)
		seize->is_settled = false;
	return !err;
}

static bool look_at_all(struct seize *seize, DIR *dir)
{
	const struct dirent *entry;
	bool is_news = false;

	while ((entry = readdir(dir))) {
		const pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0 && look_at(seize, tid))
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
	while (look_at_all(seize, dir))
		rewinddir(dir);
	closedir(dir);
	return 0;
}

static void tell_failures(struct seize *seize)
{
	for (size_t i = 0; i < seize->failures.n; i++) {
		struct seize_failure *failure = &seize->failures.at[i];
		const struct task task = { .tid = failure->tid,
					   .pid = (pid_t)proc_status(failure->tid, "Tgid",
								     seize->pid) };

		if (!failure->is_told)
			cover_miss(seize->cover, &task, "follow it", failure->why);
		failure->is_told = true;
	}
}

int seize_process(struct seize *seize, bool only_one)
{
	int err = 0;

	seize->is_settled = true;
	seize->only_one = only_one;
	if (only_one)
		look_at(seize, seize->pid);
	else
		err = seize_threads(seize);
	if (seize->tasks->n) {
		seize->is_settled = only_one;
		tell_failures(seize);
		return 0;
	}
	/* Why nobody is followed at all. */
	if (seize->failures.n)
		return seize->failures.at[0].err;
	if (err)
		return err;
	return seize->is_settled ? -ESRCH : -EAGAIN;
}

void seize_rest(struct seize *seize)
{
	if (seize->is_settled)
		return;
	for (const struct task *task = seize->tasks->first; task; task = task->next)
		if (task->is_new)
			return;
	seize->is_settled = true;
	seize_threads(seize);
	tell_failures(seize);
}

void seize_fini(struct seize *seize)
{
	free(seize->failures.at);
	seize->failures.at = NULL;
	seize->failures.n = 0;
}
