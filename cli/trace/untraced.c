// SPDX-License-Identifier: MIT
#include "untraced.h"

#include "../base/array.h"
#include "arch/arch.h"
#include "proc-status.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A word of a 64-bit tracer is as long as clone3's flags, whatever the task's are. */
_Static_assert(sizeof(long) >= sizeof(uint32_t), "a word holds the flags that matter");

static int set_first(pid_t tid, uint32_t arch, uint64_t value)
{
	struct arch_regs regs;
	int err = arch_get_regs(tid, &regs);

	if (err)
		return err;
	arch_set_first(&regs, arch, value);
	return arch_set_regs(tid, &regs);
}

/* Into pages that can only be read, too. */
static int set_memory(pid_t tid, uint64_t at, long value)
{
	return ptrace(PTRACE_POKEDATA, tid, (void *)(uintptr_t)at, (void *)value) ? -errno : 0;
}

static int put(pid_t tid, const struct untraced *untraced, uint64_t flags)
{
	return untraced->is_in_memory ? set_memory(tid, untraced->at, (long)flags)
				      : set_first(tid, untraced->arch, flags);
}

static uint64_t without(const struct untraced *untraced)
{
	return untraced->flags & ~(uint64_t)CLONE_UNTRACED;
}

int untraced_take_out(pid_t tid, const struct __ptrace_syscall_info *info, struct untraced *ret)
{
	const enum arch_clone clone = arch_clone(info->arch, info->entry.nr);
	struct untraced untraced = { .is_out = true,
				     .is_in_memory = clone == ARCH_CLONE3,
				     .arch = info->arch,
				     .at = info->entry.args[0],
				     .flags = info->entry.args[0] };
	int err;

	ret->is_out = false;
	if (clone == ARCH_NO_CLONE)
		return 0;
	if (untraced.is_in_memory) {
		errno = 0;
		untraced.flags = (unsigned long)ptrace(PTRACE_PEEKDATA, tid,
						       (void *)(uintptr_t)untraced.at, NULL);
		/* The call is going to fail. */
		if (errno)
			return 0;
	}
	if (!(untraced.flags & CLONE_UNTRACED))
		return 0;
	err = put(tid, &untraced, without(&untraced));
	if (!err)
		*ret = untraced;
	return err;
}

void untraced_put_back(pid_t tid, const struct untraced *untraced)
{
	if (untraced->is_in_memory || arch_keeps_first)
		put(tid, untraced, untraced->flags);
}

void untraced_put_into_child(pid_t tid, const struct untraced *untraced)
{
	if (!untraced->is_in_memory && arch_keeps_first)
		put(tid, untraced, untraced->flags);
	/* Memory that is shared is put back with who made it, who may have changed it since. */
	if (untraced->is_in_memory && !(untraced->flags & CLONE_VM) &&
	    (unsigned long)ptrace(PTRACE_PEEKDATA, tid, (void *)(uintptr_t)untraced->at, NULL) ==
		    without(untraced))
		put(tid, untraced, untraced->flags);
}

/* A task, by what cannot come again. */
struct untraced_task {
	pid_t tid;
	unsigned long long start;
};

static bool was_told(const struct untraced_told *told, const struct untraced_task *task)
{
	for (size_t i = 0; i < told->n; i++)
		if (told->at[i].tid == task->tid && told->at[i].start == task->start)
			return true;
	return false;
}

/* False: it was before, or there is no memory. */
static bool tell(struct untraced_told *told, struct untraced_task task)
{
	if (was_told(told, &task) || !array_reserve(told, 1))
		return false;
	told->at[told->n++] = task;
	return true;
}

struct search {
	struct untraced_told *told;
	void (*found)(void *context, pid_t tid);
	void *context;
};

static void look_at(const struct search *search, pid_t tid)
{
	struct proc_stat stat;

	if (!proc_stat(tid, &stat) || stat.state == 'Z' || stat.state == 'X' ||
	    stat.start < search->told->since || proc_is_of_kernel(&stat) ||
	    proc_status_is_traced_by_us(tid))
		return;
	if (tell(search->told, (struct untraced_task){ tid, stat.start }))
		search->found(search->context, tid);
}

static void look_at_children(const struct search *search, pid_t tid)
{
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)tid, (int)tid);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fscanf(file, "%d", &child) == 1)
		look_at(search, child);
	fclose(file);
}

static void look_at_threads(const struct search *search, pid_t pid)
{
	const struct dirent *entry;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		const pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid > 0)
			look_at(search, tid);
	}
	closedir(dir);
}

void untraced_find(struct untraced_told *told, pid_t tid, bool is_first,
		   void (*found)(void *context, pid_t tid), void *context)
{
	const struct search search = { told, found, context };

	look_at_children(&search, tid);
	if (is_first)
		look_at_threads(&search, tid);
}

void untraced_begin(struct untraced_told *told)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	told->since = ((unsigned long long)now.tv_sec * 1000 +
		       (unsigned long long)now.tv_nsec / 1000000) *
		      (unsigned long long)sysconf(_SC_CLK_TCK) / 1000;
}

void untraced_fini(struct untraced_told *told)
{
	free(told->at);
	*told = (struct untraced_told){ 0 };
}
