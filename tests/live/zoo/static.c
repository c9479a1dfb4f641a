// SPDX-License-Identifier: MIT
// A program without a dynamic linker: fork, a thread, exec of itself.
#include "zoo.h"

static void *work(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

int main(int argc, char **argv)
{
	int ran = 0;
	pid_t pid;

	(void)argv;
	if (argc > 1) {
		zoo_fds("after exec");
		return 6;
	}
	pthread_join(zoo_thread(work, &ran), NULL);
	zoo_say("a thread ran: %d\n", ran);
	pid = zoo_must(fork(), "fork");
	if (!pid)
		_exit(5);
	zoo_say("fork: status %d\n", zoo_reap(pid));
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		execl("/proc/self/exe", "static", "again", (char *)NULL);
		zoo_fail("exec");
	}
	zoo_say("exec: status %d\n", zoo_reap(pid));
	zoo_fds("end");
	return 16;
}
