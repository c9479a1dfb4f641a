// SPDX-License-Identifier: MIT
// Many threads at once, each with calls of its own.
#include "zoo.h"

#define THREADS 64

static pthread_barrier_t all;

static void *work(void *arg)
{
	int *good = arg;
	int fd;

	pthread_barrier_wait(&all);
	*good += getpid() != gettid();
	*good += close(-1) < 0 && errno == EBADF;
	fd = open("/dev/null", O_WRONLY);
	*good += write(fd, "x", 1) == 1;
	*good += close(fd) == 0;
	*good += syscall(SYS_futex, NULL, -1, 0) < 0 && errno == ENOSYS;
	pthread_barrier_wait(&all);
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int good[THREADS] = { 0 };
	int sum = 0;

	pthread_barrier_init(&all, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		threads[i] = zoo_thread(work, &good[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += good[i];
	}
	zoo_say("%d calls of %d threads were right\n", sum, THREADS);
	zoo_fds("end");
	return 10;
}
