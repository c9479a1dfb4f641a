// SPDX-License-Identifier: MIT
/* So many threads that do a few calls each, and then nothing for a while. */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void *sleep_a_while(void *unused)
{
	for (int i = 0; i < 100; i++)
		getppid();
	sleep(8);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	for (int n = argc > 1 ? atoi(argv[1]) : 64; n > 0; n--)
		if (pthread_create(&thread, NULL, sleep_a_while, NULL))
			return 1;
	pthread_exit(NULL);
}
