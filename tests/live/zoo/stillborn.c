// SPDX-License-Identifier: MIT
// Tasks that are killed, stopped or outlived by nobody before they have done anything: children
// by a signal, threads by the end of their process or by exec. strace does not know all of them.
#include "zoo.h"

static void *nothing(void *arg)
{
	return arg;
}

static void end_at_once(int how)
{
	for (int i = 0; i < 4; i++)
		zoo_thread(nothing, NULL);
	if (how == 0)
		_exit(5);
	if (how == 1)
		kill(getpid(), SIGKILL);
	execl("/bin/true", "true", (char *)NULL);
	_exit(127);
}

int main(void)
{
	int sum = 0;

	for (int i = 0; i < 60; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		while (!pid) {
			if (i % 4 == 3)
				_exit(0);
			pause();
		}
		zoo_must(kill(pid, i % 2 ? SIGSTOP : SIGKILL), "kill");
		if (i % 4 == 3)
			zoo_must(kill(pid, SIGCONT), "kill");
		else
			kill(pid, SIGKILL);
		sum += zoo_reap(pid) != 0;
	}
	zoo_say("children killed: %d\n", sum);
	for (int how = 0; how < 3; how++) {
		sum = 0;
		for (int i = 0; i < 10; i++) {
			pid_t pid = zoo_must(fork(), "fork");

			if (!pid)
				end_at_once(how);
			sum += zoo_reap(pid);
		}
		zoo_say("%d: statuses add up to %d\n", how, sum);
	}
	zoo_fds("end");
	return 39;
}
