// SPDX-License-Identifier: MIT
// Tasks that may only read, write and exit: a child, and one of two threads.
#include "zoo.h"

#include <linux/seccomp.h>
#include <sys/prctl.h>

static void live_strictly(int bad)
{
	zoo_must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT), "prctl");
	zoo_say("strict\n");
	if (bad)
		syscall(SYS_getppid);
	syscall(SYS_exit, 7);
}

static void *work(void *arg)
{
	live_strictly(0);
	return arg;
}

int main(void)
{
	for (int i = 0; i < 3; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid && i == 2) {
			pthread_join(zoo_thread(work, NULL), NULL);
			zoo_fds("beside a strict thread");
			_exit(8);
		}
		if (!pid)
			live_strictly(i == 1);
		zoo_say("%s: status %d\n",
			i == 2   ? "a thread"
			: i == 1 ? "with a call that is not allowed"
				 : "a child",
			zoo_reap(pid));
	}
	zoo_fds("end");
	return 24;
}
