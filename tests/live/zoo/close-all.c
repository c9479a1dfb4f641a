// SPDX-License-Identifier: MIT
// What daemons do: close all files that may be open, or put others in their places, in a process
// with children and threads before and after it.
#include "zoo.h"

static void *work(void *arg)
{
	*(int *)arg = open("/dev/null", O_RDONLY);
	return NULL;
}

static void live(const char *what)
{
	int fd = -1;
	pid_t pid;

	pthread_join(zoo_thread(work, &fd), NULL);
	zoo_say("%s: a thread opens %d\n", what, fd);
	close(fd);
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		work(&fd);
		zoo_say("%s: a child opens %d\n", what, fd);
		_exit(5);
	}
	zoo_reap(pid);
	zoo_fds(what);
}

int main(void)
{
	live("before");
	zoo_must(close_range(3, ~0U, 0), "close_range");
	live("close_range");
	for (int fd = 3; fd < 256; fd++)
		close(fd);
	live("close");
	for (int fd = 3; fd < 40; fd++)
		zoo_must(dup2(STDIN_FILENO, fd), "dup2");
	live("dup2");
	zoo_must(close_range(3, ~0U, CLOSE_RANGE_UNSHARE), "close_range");
	live("unshared");
	close(STDIN_FILENO);
	close(STDERR_FILENO);
	live("without standard input");
	return 41;
}
