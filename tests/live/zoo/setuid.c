// SPDX-License-Identifier: MIT
// Threads and children of a process that gave up being root, and is not dumpable since.
#include "zoo.h"

#include <sys/prctl.h>

static void *work(void *arg)
{
	*(int *)arg = geteuid() == 65534 && open("/etc/shadow", O_RDONLY) < 0 && errno == EACCES;
	return NULL;
}

static int threads(void)
{
	int right[8], sum = 0;

	for (int i = 0; i < 8; i++)
		pthread_join(zoo_thread(work, &right[i]), NULL);
	for (int i = 0; i < 8; i++)
		sum += right[i];
	return sum;
}

int main(void)
{
	pthread_t early;
	int right;

	zoo_must(setgid(65534), "setgid");
	zoo_must(setuid(65534), "setuid");
	zoo_say("dumpable: %d\n", prctl(PR_GET_DUMPABLE));
	early = zoo_thread(work, &right);
	pthread_join(early, NULL);
	zoo_say("threads that were right: %d\n", threads() + right);
	for (int i = 0; i < 8; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid)
			_exit(threads());
		zoo_say("child: status %d\n", zoo_reap(pid));
	}
	zoo_say_result("becoming root again", setuid(0));
	zoo_fds("end");
	return 27;
}
