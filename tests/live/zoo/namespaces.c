// SPDX-License-Identifier: MIT
// Tasks with other ids than their tracer has for them: in a namespace of their own for process
// ids, within another one, and for users, where the one who is root is not.
#include "zoo.h"

#include <sched.h>

static volatile int *begun;

static void *in_thread(void *arg)
{
	zoo_say("%s: process %d, its thread %d\n", (const char *)arg, getpid(), gettid());
	return NULL;
}

static void live(int depth)
{
	pid_t pid;

	zoo_say("%d: process %d of parent %d, user %u\n", depth, getpid(), getppid(), getuid());
	pthread_join(zoo_thread(in_thread, (void *)"a thread"), NULL);
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		execl("/bin/sh", "sh", "-c", "echo \"sh is process $$ and user $(id -u)\"",
		      (char *)NULL);
		zoo_fail("exec");
	}
	zoo_say("%d: process %d: status %d\n", depth, pid, zoo_reap(pid));
}

static void enter(int flags, int depth)
{
	pid_t pid, left;

	zoo_must(unshare(flags), "unshare");
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		live(depth);
		/* All that is left in it is killed with its first process. */
		left = zoo_must(fork(), "fork");
		while (!left) {
			*begun = depth;
			pause();
		}
		while (*begun < depth)
			zoo_sleep(1);
		if (depth < 3)
			enter(CLONE_NEWPID | (depth == 2 ? CLONE_NEWUSER : 0), depth + 1);
		_exit(depth);
	}
	zoo_say("%d: status %d\n", depth, zoo_reap(pid));
}

int main(void)
{
	begun = zoo_shared(sizeof(*begun));
	enter(CLONE_NEWPID, 1);
	zoo_fds("end");
	return 43;
}
