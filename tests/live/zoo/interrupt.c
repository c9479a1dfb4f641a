// SPDX-License-Identifier: MIT
// Signals without SA_RESTART into calls that wait: EINTR from each of them, and the mask that
// some of them change for their time is back. A stop in between does not end them early.
#include "zoo.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>

static volatile sig_atomic_t handled;
static volatile int *stage;
static int ends[2], epoll;
static const char *const names[] = { "read",         "poll",  "nanosleep",   "pause",     "futex",
				     "sigtimedwait", "ppoll", "epoll_pwait", "sigsuspend" };
#define CALLS (int)(sizeof(names) / sizeof(*names))

static void count(int signal)
{
	(void)signal;
	handled++;
}

/* Changes the mask by SIGUSR1, and returns whether that was blocked. */
static int block(int how)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(how, &set, &old);
	return sigismember(&old, SIGUSR1);
}

static long call(const char *name)
{
	struct pollfd pipe_in = { .fd = ends[0], .events = POLLIN };
	struct timespec minute = { .tv_sec = 60 };
	struct epoll_event event;
	sigset_t none, urgent;
	int word = 0;

	sigemptyset(&none);
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	if (!strcmp(name, "read"))
		return read(ends[0], &word, 1);
	if (!strcmp(name, "poll"))
		return poll(&pipe_in, 1, 60000);
	if (!strcmp(name, "nanosleep"))
		return nanosleep(&minute, NULL);
	if (!strcmp(name, "pause"))
		return pause();
	if (!strcmp(name, "futex"))
		return syscall(SYS_futex, &word, FUTEX_WAIT, 0, &minute);
	if (!strcmp(name, "sigtimedwait"))
		return sigtimedwait(&urgent, NULL, &minute);
	/* From here on a mask for the time of the call, without which the signal is blocked. */
	block(SIG_BLOCK);
	if (!strcmp(name, "ppoll"))
		return ppoll(&pipe_in, 1, &minute, &none);
	if (!strcmp(name, "epoll_pwait"))
		return epoll_pwait(epoll, &event, 1, 60000, &none);
	return sigsuspend(&none);
}

/* Whether a wait of 300 ms took so long. */
static void wait_in_full(const char *what, int with_poll)
{
	struct timespec before, after, wait = { .tv_nsec = 300000000 };
	long result;

	clock_gettime(CLOCK_MONOTONIC, &before);
	*stage += 1;
	result = with_poll ? poll(NULL, 0, 300) : nanosleep(&wait, NULL);
	clock_gettime(CLOCK_MONOTONIC, &after);
	if (zoo_nanoseconds(&before, &after) < 300000000)
		zoo_say("too short: ");
	zoo_say_result(what, result);
}

int main(void)
{
	pid_t pid;

	stage = zoo_shared(sizeof(*stage));
	zoo_handle(SIGUSR1, count, 0);
	zoo_must(pipe(ends), "pipe");
	epoll = zoo_must(epoll_create1(0), "epoll_create1");
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		for (int i = 0; i < CALLS; i++) {
			*stage = i + 1;
			zoo_say_result(names[i], call(names[i]));
			zoo_say("  %d handled, then blocked: %d\n", (int)handled,
				block(SIG_UNBLOCK));
		}
		wait_in_full("nanosleep with a stop", 0);
		wait_in_full("poll with a stop", 1);
		zoo_fds("child");
		_exit(5);
	}
	for (int i = 1; i <= CALLS + 2; i++) {
		while (*stage < i)
			zoo_sleep(1);
		zoo_until_blocked(pid);
		zoo_must(kill(pid, i > CALLS ? SIGSTOP : SIGUSR1), "kill");
		/* Even an ignored signal would end some calls under ptrace: SIGCONT only here. */
		if (i > CALLS) {
			zoo_sleep(30);
			zoo_must(kill(pid, SIGCONT), "kill");
		}
	}
	zoo_say("the child: status %d\n", zoo_reap(pid));
	return 20;
}
