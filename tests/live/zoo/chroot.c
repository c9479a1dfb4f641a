// SPDX-License-Identifier: MIT
// Threads and children where there is no file at all.
#include "zoo.h"

#include <sys/stat.h>

static void *work(void *arg)
{
	zoo_say_result(arg, open("/dev/null", O_RDONLY));
	return NULL;
}

static void live_in(const char *directory)
{
	pid_t pid;

	zoo_must(chroot(directory), "chroot");
	zoo_must(chdir("/"), "chdir");
	for (int i = 0; i < 3; i++) {
		pthread_join(zoo_thread(work, (void *)"thread"), NULL);
		pid = zoo_must(fork(), "fork");
		if (!pid) {
			work((void *)"child");
			pthread_join(zoo_thread(work, (void *)"thread of a child"), NULL);
			zoo_fds("child");
			_exit(5);
		}
		zoo_say("status %d\n", zoo_reap(pid));
	}
	_exit(6);
}

int main(void)
{
	char directory[] = "/tmp/zoo-XXXXXX";
	pid_t pid;

	if (!mkdtemp(directory))
		zoo_fail(directory);
	pid = zoo_must(fork(), "fork");
	if (!pid)
		live_in(directory);
	zoo_say("status %d\n", zoo_reap(pid));
	zoo_must(rmdir(directory), "rmdir");
	zoo_fds("end");
	return 28;
}
