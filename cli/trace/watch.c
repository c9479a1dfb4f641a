// SPDX-License-Identifier: MIT
#include "watch.h"

#include "proc-status.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum {
	/* Seconds: a machine that does something else is slow, too. */
	PATIENCE = 5,
	/* Once that was in vain; one at least, since the first one is the rest of a second. */
	LESS_PATIENCE = 2,
};

static timer_t timer;
static bool has_timer;
static struct sigaction action_before;
static sigset_t mask_before;

static volatile sig_atomic_t watched;
static volatile sig_atomic_t is_seizing;
static volatile sig_atomic_t ticks;
static volatile sig_atomic_t patience = PATIENCE;
static sigjmp_buf out_of_seizing;

static void tick(int signal)
{
	const int err = errno;

	(void)signal;
	if ((!watched && !is_seizing) || ++ticks < patience)
		return;
	patience = LESS_PATIENCE;
	if (is_seizing)
		siglongjmp(out_of_seizing, 1);
	/* Once a second from then on, as it may have stopped for something else. */
	ptrace(PTRACE_INTERRUPT, watched, NULL, NULL);
	errno = err;
}

void watch_start(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN };
	const struct itimerspec second = { { 1, 0 }, { 1, 0 } };
	const struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
	sigset_t set;

	event.sigev_notify_thread_id = gettid();
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		return;
	sigaction(SIGRTMIN, &action, &action_before);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_UNBLOCK, &set, &mask_before);
	timer_settime(timer, 0, &second, NULL);
	patience = PATIENCE;
	has_timer = true;
}

void watch_stop(void)
{
	if (!has_timer)
		return;
	has_timer = false;
	timer_delete(timer);
	/* One that is on its way is forgotten. */
	signal(SIGRTMIN, SIG_IGN);
	pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
	sigaction(SIGRTMIN, &action_before, NULL);
}

void watch_task(pid_t tid)
{
	ticks = 0;
	watched = tid;
}

bool watch_end(void)
{
	watched = 0;
	return ticks >= patience;
}

int watch_seize(pid_t tid, unsigned long options)
{
	int err;

	ticks = 0;
	/* The kernel would begin anew with it behind the signal. */
	if (sigsetjmp(out_of_seizing, 1)) {
		is_seizing = false;
		return proc_status_is_traced_by_us(tid) ? 0 : -EAGAIN;
	}
	is_seizing = true;
	err = ptrace(PTRACE_SEIZE, tid, NULL, options) ? -errno : 0;
	is_seizing = false;
	return err;
}
