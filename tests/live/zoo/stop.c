// SPDX-License-Identifier: MIT
// Children that are stopped and go on, which the parent is told of: in a call, right after
// fork, by themselves, with threads, as a process group, and killed while they are stopped.
#include "zoo.h"

static void *wait_for_ever(void *arg)
{
	zoo_has_begun();
	for (;;)
		pause();
	return arg;
}

/* How the parent is told of a child's next change. */
static void say_change(const char *what, pid_t pid)
{
	int status;

	zoo_must(waitpid(pid, &status, WUNTRACED | WCONTINUED), "waitpid");
	if (WIFSTOPPED(status))
		zoo_say("%s: stopped by %s\n", what, sigabbrev_np(WSTOPSIG(status)));
	else if (WIFCONTINUED(status))
		zoo_say("%s: goes on\n", what);
	else
		zoo_say("%s: ends with status %d\n", what, zoo_status(status));
}

/* A process group of its own, since there is no SIGTSTP for one without a parent outside. */
static pid_t child(int threads)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (pid) {
		setpgid(pid, pid);
		return pid;
	}
	setpgid(0, 0);
	for (int i = 0; i < threads; i++)
		zoo_thread(wait_for_ever, NULL);
	zoo_until_begun(threads);
	wait_for_ever(NULL);
	_exit(1);
}

static void stop_and_go(const char *what, pid_t pid, int how, pid_t to)
{
	for (int i = 0; i < 3; i++) {
		zoo_must(kill(to, how), "kill");
		say_change(what, pid);
		zoo_must(kill(to, SIGCONT), "kill");
		say_change(what, pid);
	}
	zoo_must(kill(to, SIGTERM), "kill");
	say_change(what, pid);
}

static void stops_itself(int how)
{
	volatile int *told = zoo_shared(sizeof(*told));
	pid_t pid = zoo_must(fork(), "fork");

	if (!pid) {
		setpgid(0, 0);
		kill(getpid(), how);
		/* Whoever is dead by then is not said to go on. */
		while (!*told)
			zoo_sleep(1);
		_exit(5);
	}
	say_change("by itself", pid);
	zoo_must(kill(pid, SIGCONT), "kill");
	say_change("by itself", pid);
	*told = 1;
	say_change("by itself", pid);
}

int main(void)
{
	pid_t pid;

	pid = child(0);
	zoo_until_blocked(pid);
	stop_and_go("in a call", pid, SIGSTOP, pid);
	for (int i = 0; i < 5; i++) {
		pid = child(0);
		stop_and_go("right after fork", pid, SIGSTOP, pid);
	}
	pid = child(3);
	zoo_until_blocked(pid);
	stop_and_go("with threads", pid, SIGSTOP, pid);
	pid = child(0);
	stop_and_go("as a group", pid, SIGTSTP, -pid);
	stops_itself(SIGSTOP);
	stops_itself(SIGTSTP);
	pid = child(2);
	zoo_until_blocked(pid);
	zoo_must(kill(pid, SIGSTOP), "kill");
	say_change("killed", pid);
	zoo_must(kill(pid, SIGKILL), "kill");
	say_change("killed", pid);
	zoo_fds("end");
	return 21;
}
