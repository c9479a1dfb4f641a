// SPDX-License-Identifier: MIT
// Ends by signals: in a call, by a fault, in one of many threads, and at last this program's.
#include "zoo.h"

#include <sys/resource.h>

static int ends[2];

static void *wait_for_ever(void *arg)
{
	zoo_has_begun();
	for (;;)
		pause();
	return arg;
}

static void *fault(void *arg)
{
	*(volatile int *)arg = 1;
	return NULL;
}

static void read_for_ever(void)
{
	char c;

	_exit(read(ends[0], &c, 1) ? 1 : 2);
}

/* A child that kills itself, or waits to be killed in a call. */
static pid_t child(int which)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (pid)
		return pid;
	if (which >= 5) {
		for (int i = 0; i < 4; i++)
			zoo_thread(wait_for_ever, NULL);
		zoo_until_begun(4);
	}
	switch (which) {
	case 0:
		read_for_ever();
		break;
	case 2:
		fault(NULL);
		break;
	case 3:
		abort();
	case 4:
		raise(SIGKILL);
		break;
	case 6:
		zoo_thread(fault, NULL);
		break;
	}
	wait_for_ever(NULL);
	_exit(1);
}

static void kill_blocked(const char *what, int which)
{
	pid_t pid = child(which);

	zoo_until_blocked(pid);
	zoo_must(kill(pid, SIGKILL), "kill");
	zoo_say("%s: status %d\n", what, zoo_reap(pid));
}

int main(void)
{
	zoo_must(setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 }), "setrlimit");
	zoo_must(pipe(ends), "pipe");
	kill_blocked("killed in read", 0);
	kill_blocked("killed in pause", 1);
	zoo_say("fault: status %d\n", zoo_reap(child(2)));
	zoo_say("abort: status %d\n", zoo_reap(child(3)));
	zoo_say("kills itself: status %d\n", zoo_reap(child(4)));
	kill_blocked("killed with threads", 5);
	zoo_say("fault of one thread: status %d\n", zoo_reap(child(6)));
	close(ends[0]);
	close(ends[1]);
	zoo_fds("end");
	raise(SIGTERM);
	return 1;
}
