// SPDX-License-Identifier: MIT
// The ways in which a process with threads ends, and which status it leaves.
#include "zoo.h"

#define THREADS 8

static void *wait_for_ever(void *arg)
{
	zoo_has_begun();
	for (;;)
		pause();
	return arg;
}

static void *exit_all(void *arg)
{
	zoo_has_begun();
	zoo_until_blocked(getpid());
	_exit(*(int *)arg);
}

/* After the first thread, which is then a zombie. */
static void *exit_last(void *arg)
{
	zoo_has_begun();
	while (zoo_state(getpid()) != 'Z')
		zoo_sleep(1);
	syscall(SYS_exit, *(int *)arg);
	return NULL;
}

static void *exit_all_last(void *arg)
{
	zoo_has_begun();
	while (zoo_state(getpid()) != 'Z')
		zoo_sleep(1);
	_exit(*(int *)arg);
}

static void *run_for_ever(void *arg)
{
	zoo_has_begun();
	for (;;)
		syscall(SYS_getppid);
	return arg;
}

static void end(const char *what, void *(*thread)(void *), int status, int how)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (pid) {
		zoo_say("%s: status %d\n", what, zoo_reap(pid));
		return;
	}
	for (int i = 0; i < THREADS; i++)
		zoo_thread(thread, &status);
	zoo_until_begun(THREADS);
	if (how)
		syscall(how, 77);
	wait_for_ever(NULL);
}

int main(void)
{
	end("the first thread ends all while they wait", wait_for_ever, 0, SYS_exit_group);
	end("the first thread ends all while they run", run_for_ever, 0, SYS_exit_group);
	end("another thread ends all", exit_all, 31, 0);
	end("the first thread ends first, the rest one by one", exit_last, 32, SYS_exit);
	end("the first thread ends first, another ends all", exit_all_last, 33, SYS_exit);
	zoo_fds("end");
	syscall(SYS_exit, 22);
	return 1;
}
