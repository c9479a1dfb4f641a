// SPDX-License-Identifier: MIT
// vfork: with exec, with an exec that fails, with none, and by a thread.
#include "zoo.h"

static volatile int written;

static int run(const char *path)
{
	pid_t pid = zoo_must(vfork(), "vfork");

	if (!pid) {
		written++;
		if (path)
			execl(path, path, "by a vfork child", (char *)NULL);
		_exit(path ? 127 : 7);
	}
	return zoo_reap(pid);
}

static void *in_thread(void *arg)
{
	zoo_say("in a thread: status %d\n", run(arg));
	return NULL;
}

int main(void)
{
	zoo_say("exec: status %d\n", run("/bin/echo"));
	zoo_say("exec that fails: status %d\n", run("/no/such/program"));
	zoo_say("no exec: status %d\n", run(NULL));
	pthread_join(zoo_thread(in_thread, (void *)"/bin/echo"), NULL);
	zoo_say("written by the children: %d\n", written);
	zoo_fds("end");
	return 12;
}
