/* SPDX-License-Identifier: MIT */
/*
 * What signals that ask for an end do while tasks are covered: first they are the program's, and
 * then, or if there is no program, they are kcovctl's, and end a wait for tasks.
 */
#ifndef KCOVCTL_SIGNALS_H
#define KCOVCTL_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

enum {
	SIGNALS_DIVERTED = 5,
};

/* What there was before. */
struct signals {
	struct sigaction actions[SIGNALS_DIVERTED];
	struct sigaction alarm;
	sigset_t mask;
};

/* From now on they are not ours; none comes before one of the two that follow. */
void signals_divert(struct signals *ret);

/* Those of the terminal reach the program by themselves, others are passed on to it. */
void signals_pass_on(const struct signals *before, pid_t program);

/* It is over: nobody gets them. */
void signals_forget_program(void);

/* They end signals_wait(), those that were not ignored before. */
void signals_take(const struct signals *before);

/* From now on signals_wait() ends ten times a second, too. */
void signals_tick(void);

/*
 * Wait for any task: returns its tid and *status as waitpid() does; 0: a signal asks for an end, or
 * it is time; -1: there is none to wait for.
 */
pid_t signals_wait(int *status);

/* Whether one was taken, since this was asked the last time. */
bool signals_ask_for_end(void);

void signals_restore(const struct signals *before);

#endif
