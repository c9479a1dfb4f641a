// SPDX-License-Identifier: MIT
// Files that a thread opens while others come and go, and children are forked: none of the
// numbers is taken by somebody else in the end, and no child has one too many.
#include "zoo.h"

#define FILES 200
#define THREADS 40

static int fds[FILES];
static pthread_barrier_t start;

static void *open_files(void *arg)
{
	pthread_barrier_wait(&start);
	for (int i = 0; i < FILES; i++)
		fds[i] = zoo_must(open("/dev/null", O_RDONLY), "open");
	return arg;
}

static void *nothing(void *arg)
{
	return arg;
}

static int count(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int entries = 0;

	/* ".", ".." and the directory's own do not count. */
	while (readdir(dir))
		entries++;
	closedir(dir);
	return entries - 3;
}

int main(void)
{
	int before = count(), there = 0;
	pthread_t opener;

	pthread_barrier_init(&start, NULL, 2);
	opener = zoo_thread(open_files, NULL);
	pthread_barrier_wait(&start);
	for (int i = 0; i < THREADS; i++)
		pthread_join(zoo_thread(nothing, NULL), NULL);
	for (int i = 0; i < 5; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid) {
			for (int j = 0; j < FILES; j++)
				close(fds[j]);
			_exit(0);
		}
		zoo_reap(pid);
	}
	pthread_join(opener, NULL);
	for (int i = 0; i < FILES; i++)
		there += fcntl(fds[i], F_GETFD) == 0;
	zoo_say("open: %d; more than before: %d\n", there, count() - before);
	for (int i = 0; i < FILES; i++)
		close(fds[i]);
	zoo_say("closed: %d more than before\n", count() - before);
	zoo_fds("end");
	return 32;
}
