// SPDX-License-Identifier: MIT
// Blocked and pending signals, and how they are handled, before and after a task is made: what
// is pending stays with the process or thread that it was sent to.
#include "zoo.h"

static void handler(int signal)
{
	(void)signal;
}

static void names_of(const sigset_t *set, char *ret)
{
	*ret = 0;
	for (int i = 1; i < SIGRTMIN; i++) {
		if (sigismember(set, i) == 1)
			ret += sprintf(ret, " %s", sigabbrev_np(i));
	}
}

static void say_state(const char *who)
{
	char blocked[512], pending[512];
	struct sigaction usr2, urg;
	sigset_t set;

	pthread_sigmask(SIG_SETMASK, NULL, &set);
	names_of(&set, blocked);
	sigpending(&set);
	names_of(&set, pending);
	sigaction(SIGUSR2, NULL, &usr2);
	sigaction(SIGURG, NULL, &urg);
	zoo_say("%s: blocked%s; pending%s; USR2 %s, URG %s\n", who, blocked, pending,
		usr2.sa_handler == handler ? "handled" : "not handled",
		urg.sa_handler == SIG_IGN ? "ignored" : "not ignored");
}

static void *work(void *arg)
{
	sigset_t set;

	say_state(arg);
	raise(SIGHUP);
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	say_state("thread, with one of its own");
	return NULL;
}

static void children(const char *program)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (!pid) {
		say_state("fork");
		raise(SIGUSR1);
		say_state("fork, with one of its own");
		pthread_join(zoo_thread(work, (void *)"thread of a child"), NULL);
		_exit(5);
	}
	zoo_say("  status %d\n", zoo_reap(pid));
	pid = zoo_must(vfork(), "vfork");
	if (!pid) {
		execl("/proc/self/exe", program, "again", (char *)NULL);
		_exit(127);
	}
	zoo_say("  status %d\n", zoo_reap(pid));
}

int main(int argc, char **argv)
{
	sigset_t set;

	if (argc > 1) {
		say_state("vfork and exec");
		return 6;
	}
	say_state("start");
	zoo_handle(SIGUSR2, handler, SA_RESTART);
	zoo_handle(SIGURG, SIG_IGN, 0);
	sigfillset(&set);
	/* Those that a test runner may have ignored do not count, SIGSTOP and SIGKILL neither. */
	sigdelset(&set, SIGUSR2);
	sigdelset(&set, SIGWINCH);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
	kill(getpid(), SIGUSR1);
	raise(SIGTERM);
	say_state("before");
	children(argv[0]);
	pthread_join(zoo_thread(work, (void *)"thread"), NULL);
	say_state("after");
	zoo_fds("end");
	return 23;
}
