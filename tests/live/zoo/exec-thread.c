// SPDX-License-Identifier: MIT
// exec by a thread that is not the first, with others alive: it takes over the first one's id
// and the rest die.
#include "zoo.h"

#define OTHERS 4

static pthread_barrier_t started;

__attribute__((noreturn)) static void *wait_for_ever(void *arg)
{
	(void)arg;
	pthread_barrier_wait(&started);
	for (;;)
		pause();
}

__attribute__((noreturn)) static void *become(void *arg)
{
	const char *stage = arg;

	pthread_barrier_wait(&started);
	execl("/proc/self/exe", "exec-thread", stage, (char *)NULL);
	zoo_fail("exec");
}

static int threads(void)
{
	DIR *dir = opendir("/proc/self/task");
	int count = -2;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	static char next[16];
	int stage = argc > 1 ? atoi(argv[1]) : 0;

	zoo_say("exec %d: threads %d, the first is the process: %d\n", stage, threads(),
		getpid() == gettid());
	if (stage == 3) {
		zoo_fds("end");
		return 15;
	}
	snprintf(next, sizeof(next), "%d", stage + 1);
	pthread_barrier_init(&started, NULL, OTHERS + 2);
	for (int i = 0; i < OTHERS; i++)
		zoo_thread(wait_for_ever, NULL);
	zoo_thread(become, next);
	wait_for_ever(NULL);
}
