// SPDX-License-Identifier: MIT
/*
 * For LD_PRELOAD: writes how long the program took, from before main() to exit(), in ns to the file
 * named by $ELAPSED. What it starts is not looked at.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct timespec begin;
static char *path;
static pid_t pid;

__attribute__((constructor)) static void start(void)
{
	const char *name = getenv("ELAPSED");

	if (!name)
		return;
	path = strdup(name);
	pid = getpid();
	unsetenv("ELAPSED");
	unsetenv("LD_PRELOAD");
	clock_gettime(CLOCK_MONOTONIC, &begin);
}

__attribute__((destructor)) static void stop(void)
{
	struct timespec end;

	if (!path || getpid() != pid)
		return;
	clock_gettime(CLOCK_MONOTONIC, &end);
	dprintf(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666), "%lld\n",
		(end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
}
