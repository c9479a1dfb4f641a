// SPDX-License-Identifier: MIT
// Threads and children in a mount namespace of their own, without debugfs.
#include "zoo.h"

#include <sched.h>
#include <sys/mount.h>

static void *work(void *arg)
{
	zoo_say_result(arg, open("/sys/kernel/debug/kcov", O_RDONLY));
	return NULL;
}

int main(void)
{
	zoo_must(unshare(CLONE_NEWNS), "unshare");
	zoo_must(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
	while (!umount2("/sys/kernel/debug", MNT_DETACH))
		;
	for (int i = 0; i < 3; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid) {
			work((void *)"child");
			pthread_join(zoo_thread(work, (void *)"thread of a child"), NULL);
			execl("/bin/echo", "echo", "after exec", (char *)NULL);
			zoo_fail("exec");
		}
		zoo_say("status %d\n", zoo_reap(pid));
		pthread_join(zoo_thread(work, (void *)"thread"), NULL);
	}
	zoo_fds("end");
	return 29;
}
