/* SPDX-License-Identifier: MIT */
/* What people read at: a terminal, and a pager in front of it. */
#ifndef KCOVCTL_TERMINAL_H
#define KCOVCTL_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* Whether a stream goes to a terminal that can do more than print lines. */
bool terminal_is_one(FILE *out);

struct pager {
	/* 0: there is none. */
	pid_t pid;
	/* What was standard output before. */
	int saved;
};

/*
 * If standard output is such a terminal, let $PAGER have it from now on, or less; "cat" and ""
 * stand for none. Without a pager it stays as it is.
 */
void pager_begin(struct pager *pager);

/*
 * Wait until it has shown all, or was left. 0, or -1, and why was told: there is no such program.
 * Whoever leaves it before the end has seen what was wanted.
 */
int pager_end(struct pager *pager);

#endif
