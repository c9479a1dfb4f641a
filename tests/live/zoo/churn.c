// SPDX-License-Identifier: MIT
/*
 * Threads that make threads that end at once. Says "ready" in a file of that name; once there is
 * one named "go", a thread that is not the first one executes a shell, which ends the others.
 */
#include "zoo.h"

enum {
	MAKERS = 3,
};

static volatile int is_executing;

static void *end_at_once(void *value)
{
	return (char *)value + getppid() * 0L;
}

static void *make_threads(void *unused)
{
	(void)unused;
	zoo_has_begun();
	for (unsigned long i = 1;; i++) {
		pthread_t thread;
		void *value;

		errno = pthread_create(&thread, NULL, end_at_once, (void *)i);
		/* The kernel makes no thread while another one is in exec. */
		if (errno == EAGAIN && is_executing)
			continue;
		if (errno)
			zoo_fail("pthread_create");
		pthread_join(thread, &value);
		/* Who is killed by exec comes back without one. */
		if (value != (void *)i && !is_executing) {
			zoo_say("%lu: it came back as %lu\n", i, (unsigned long)value);
			_exit(1);
		}
		zoo_sleep(1);
	}
	return NULL;
}

static void *execute(void *unused)
{
	(void)unused;
	is_executing = 1;
	execl("/bin/sh", "sh", "-c", "echo executed; exit 48", (char *)NULL);
	zoo_fail("execl");
}

int main(void)
{

	for (int i = 0; i < MAKERS; i++)
		zoo_thread(make_threads, NULL);
	zoo_until_begun(MAKERS);
	zoo_is_ready();
	zoo_until_go();
	pthread_join(zoo_thread(execute, NULL), NULL);
	return 1;
}
