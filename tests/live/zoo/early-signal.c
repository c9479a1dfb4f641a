// SPDX-License-Identifier: MIT
// A signal that comes before a new task has done anything, to children and to threads.
#include "zoo.h"

#define CHILDREN 200
#define THREADS 50

static _Thread_local volatile sig_atomic_t seen;

static void see(int signal)
{
	(void)signal;
	seen++;
}

static void until_seen(void)
{
	while (!seen)
		zoo_sleep(1);
}

static void *work(void *arg)
{
	until_seen();
	*(int *)arg = (int)seen;
	return NULL;
}

int main(void)
{
	int sum = 0;

	zoo_handle(SIGUSR1, see, 0);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid) {
			until_seen();
			_exit((int)seen);
		}
		zoo_must(kill(pid, SIGUSR1), "kill");
		sum += zoo_reap(pid);
	}
	zoo_say("%d children saw %d signals\n", CHILDREN, sum);
	sum = 0;
	for (int i = 0; i < THREADS; i++) {
		int saw = 0;
		pthread_t thread = zoo_thread(work, &saw);

		pthread_kill(thread, SIGUSR1);
		pthread_join(thread, NULL);
		sum += saw;
	}
	zoo_say("%d threads saw %d signals\n", THREADS, sum);
	zoo_say("the first thread saw %d\n", (int)seen);
	zoo_fds("end");
	return 18;
}
