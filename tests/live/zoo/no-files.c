// SPDX-License-Identifier: MIT
// Threads and children of a process that may open no more files, since all numbers are taken,
// and then since there are none at all.
#include "zoo.h"

#include <sys/resource.h>

static void *work(void *arg)
{
	zoo_say_result(arg, open("/dev/null", O_RDONLY));
	return NULL;
}

static void live(void)
{
	pid_t pid;

	pthread_join(zoo_thread(work, (void *)"thread"), NULL);
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		work((void *)"child");
		pthread_join(zoo_thread(work, (void *)"thread of a child"), NULL);
		_exit(5);
	}
	zoo_say("status %d\n", zoo_reap(pid));
}

int main(void)
{
	struct rlimit files = { 0, 4096 }, none = { 0, 0 };

	while (open("/dev/null", O_RDONLY) < 20)
		;
	files.rlim_cur = 21;
	zoo_must(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
	zoo_fds("exhausted");
	live();
	zoo_must(setrlimit(RLIMIT_NOFILE, &none), "setrlimit");
	live();
	zoo_fds("end");
	return 33;
}
