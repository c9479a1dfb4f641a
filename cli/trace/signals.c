// SPDX-License-Identifier: MIT
#include "signals.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TICK_US = 100000,
};

/* Of the program, since its id can come again; 0: there is none. Or the id, of old kernels. */
static volatile sig_atomic_t program_fd;
static volatile sig_atomic_t program_pid;
static volatile sig_atomic_t is_asked;
static volatile sig_atomic_t is_ticking;
static volatile sig_atomic_t has_ticked;
/* Those that come while we wait and at no other time. */
static sigset_t held;
static bool are_held;

static void pass_on(int signal)
{
	const int error = errno;

	if (program_fd > 0)
		syscall(SYS_pidfd_send_signal, program_fd, signal, NULL, 0);
	else if (program_pid > 0)
		kill(program_pid, signal);
	errno = error;
}

static void take(int signal)
{
	(void)signal;
	is_asked = 1;
	/* Should nobody wait at this very moment, who does in a moment is told again. */
	if (!is_ticking)
		alarm(1);
}

static void tick(int signal)
{
	(void)signal;
	has_ticked = 1;
	if (is_asked && !is_ticking)
		alarm(1);
}

/*
 * What the terminal sends goes to the program as well, whose choice it is what to do;
 * kcovctl stays to write the report.
 */
static const struct {
	int signal;
	void (*handler)(int);
	bool asks_for_end;
} diverted[SIGNALS_DIVERTED] = {
	{ SIGINT, SIG_IGN, true },
	{ SIGQUIT, SIG_IGN, false },
	{ SIGTERM, pass_on, true },
	{ SIGHUP, pass_on, true },
	/* From a child that somebody killed while it waited. */
	{ SIGPIPE, SIG_IGN, false },
};

void signals_divert(struct signals *ret)
{
	sigset_t block;

	sigemptyset(&block);
	for (int i = 0; i < SIGNALS_DIVERTED; i++)
		sigaddset(&block, diverted[i].signal);
	sigprocmask(SIG_BLOCK, &block, &ret->mask);
	sigaction(SIGALRM, NULL, &ret->alarm);
	for (int i = 0; i < SIGNALS_DIVERTED; i++) {
		const struct sigaction action = {
			.sa_handler = diverted[i].handler,
			.sa_flags = SA_RESTART,
		};

		sigaction(diverted[i].signal, &action, &ret->actions[i]);
	}
}

void signals_pass_on(const struct signals *before, pid_t program)
{
	const int fd = (int)syscall(SYS_pidfd_open, program, 0);

	program_fd = fd > 0 ? fd : 0;
	program_pid = program;
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}

void signals_forget_program(void)
{
	const int fd = program_fd;

	program_fd = program_pid = 0;
	if (fd)
		close(fd);
}

static void hold(int signal)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (!are_held)
		sigemptyset(&held);
	sigaddset(&held, signal);
	are_held = true;
}

void signals_take(const struct signals *before)
{
	const struct sigaction again = { .sa_handler = tick };

	signals_forget_program();
	is_asked = 0;
	sigaction(SIGALRM, &again, NULL);
	for (int i = 0; i < SIGNALS_DIVERTED; i++) {
		const bool was_ignored = before->actions[i].sa_handler == SIG_IGN;
		const struct sigaction action = { .sa_handler = was_ignored ? SIG_IGN : take };

		if (!diverted[i].asks_for_end)
			continue;
		hold(diverted[i].signal);
		sigaction(diverted[i].signal, &action, NULL);
	}
}

void signals_tick(void)
{
	const struct itimerval interval = { { 0, TICK_US }, { 0, TICK_US } };
	const struct sigaction action = { .sa_handler = tick };

	hold(SIGALRM);
	is_ticking = 1;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &interval, NULL);
}

pid_t signals_wait(int *status)
{
	pid_t tid;

	do {
		if (are_held)
			sigprocmask(SIG_UNBLOCK, &held, NULL);
		/* That it is time can wait for those that have stopped already. */
		tid = is_asked ? 0 : waitpid(-1, status, __WALL | (has_ticked ? WNOHANG : 0));
		if (are_held)
			sigprocmask(SIG_BLOCK, &held, NULL);
	} while (tid < 0 && errno == EINTR);
	if (!tid)
		has_ticked = 0;
	return tid;
}

bool signals_ask_for_end(void)
{
	const bool ret = is_asked;

	is_asked = 0;
	return ret;
}

void signals_restore(const struct signals *before)
{
	setitimer(ITIMER_REAL, &(const struct itimerval){ 0 }, NULL);
	signals_forget_program();
	are_held = false;
	is_ticking = is_asked = has_ticked = 0;
	/* One that is on its way is forgotten. */
	signal(SIGALRM, SIG_IGN);
	sigaction(SIGALRM, &before->alarm, NULL);
	for (int i = 0; i < SIGNALS_DIVERTED; i++)
		sigaction(diverted[i].signal, &before->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &before->mask, NULL);
}
