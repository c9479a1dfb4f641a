// SPDX-License-Identifier: MIT
// A 32-bit program on a 64-bit kernel: children, threads, exec of itself and of 64-bit ones.
#include "zoo.h"

static void *work(void *arg)
{
	*(int *)arg = getpid() != gettid() && close(-1) < 0 && errno == EBADF;
	return NULL;
}

static int run(const char *path, const char *arg)
{
	pid_t pid = zoo_must(vfork(), "vfork");

	if (!pid) {
		execl(path, path, arg, (char *)NULL);
		_exit(127);
	}
	return zoo_reap(pid);
}

/* By the instruction that 64-bit programs can have, too, and which goes the 32-bit way there. */
static long getppid_by_int80(void)
{
	long result = 64; /* getppid's number, of 32 bits. */

	__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
	return result;
}

int main(int argc, char **argv)
{
	int right[8], sum = 0;

	(void)argv;
	zoo_say("%s%zu bits\n", argc > 1 ? "after exec: " : "", sizeof(long) * 8);
	for (int i = 0; i < 8; i++)
		pthread_join(zoo_thread(work, &right[i]), NULL);
	for (int i = 0; i < 8; i++)
		sum += right[i];
	zoo_say("threads that were right: %d\n", sum);
	zoo_say("int 0x80 is right: %d\n", getppid_by_int80() == getppid());
	for (int i = 0; i < 5; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid)
			_exit(i);
		zoo_say("fork: status %d\n", zoo_reap(pid));
	}
	zoo_fds("end");
	if (argc > 1)
		return 6;
	zoo_say("itself: status %d\n", run("/proc/self/exe", "again"));
	zoo_say("true: status %d\n", run("/bin/true", NULL));
	execl("/bin/sh", "sh", "-c", "echo became 64-bit; exit 37", (char *)NULL);
	zoo_fail("exec");
}
