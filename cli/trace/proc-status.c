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

bool proc_status_is_traced_by_us(pid_t tid)
{
	return proc_status(tid, "TracerPid", 0) == getpid();
}
