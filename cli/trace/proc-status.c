// SPDX-License-Identifier: MIT
#include "proc-status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

long proc_status(pid_t tid, const char *field, long otherwise)
{
	const size_t len = strlen(field);
	char path[32], line[128];
	long value = otherwise;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return otherwise;
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, field, len) == 0 && line[len] == ':') {
			value = strtol(line + len + 1, NULL, 10);
			break;
		}
	}
	fclose(file);
	return value;
}

/* Fields 3, 9 and 22 of proc(5); behind the name in parentheses, which may have any byte. */
bool proc_stat(pid_t tid, struct proc_stat *ret)
{
	char path[32], line[1024] = "";
	const char *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	name_end = strrchr(line, ')');
	return name_end &&
	       sscanf(name_end + 1,
		      " %c %*d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
		      "%llu",
		      &ret->state, &ret->flags, &ret->start) == 3;
}

void proc_comm(pid_t tid, char *ret, size_t size)
{
	char path[32];
	FILE *file;

	ret[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)tid);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(ret, (int)size, file))
		ret[strcspn(ret, "\n")] = '\0';
	fclose(file);
}

unsigned int proc_flags(pid_t tid)
{
	struct proc_stat stat;

	return proc_stat(tid, &stat) ? stat.flags : 0;
}

bool proc_is_of_kernel(const struct proc_stat *stat)
{
	/* PF_KTHREAD, PF_IO_WORKER and, since Linux 6.4, PF_USER_WORKER. */
	const unsigned int kernels = 0x200000 | 0x10 | 0x4000;

	return stat->flags & kernels;
}

bool proc_task_is_of_kernel(pid_t tid)
{
	struct proc_stat stat;

	return proc_stat(tid, &stat) && proc_is_of_kernel(&stat);
}

bool proc_status_is_traced_by_us(pid_t tid)
{
	return proc_status(tid, "TracerPid", 0) == getpid();
}
