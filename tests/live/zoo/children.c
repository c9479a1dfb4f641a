// SPDX-License-Identifier: MIT
// children [N]: many short children, some at a time.
#include "zoo.h"

#define CHILDREN 500
#define AT_A_TIME 8

static int reap_any(void)
{
	int status;

	zoo_must(wait(&status), "wait");
	return zoo_status(status);
}

int main(int argc, char **argv)
{
	const int children = argc > 1 ? atoi(argv[1]) : CHILDREN;
	int sum = 0;

	for (int i = 0; i < children; i++) {
		if (i >= AT_A_TIME)
			sum += reap_any();
		if (!zoo_must(fork(), "fork"))
			_exit(getppid() > 0 ? i % 100 : 200);
	}
	for (int i = 0; i < AT_A_TIME; i++)
		sum += reap_any();
	zoo_say("%d children's statuses add up to %d\n", children, sum);
	zoo_say("one more: %s\n", wait(NULL) < 0 ? strerrorname_np(errno) : "there");
	zoo_fds("end");
	return 11;
}
