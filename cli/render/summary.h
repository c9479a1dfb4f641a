/* SPDX-License-Identifier: MIT */
/* Runs on one screen: what they were, what is missing, and where most of it was. */
#ifndef KCOVCTL_SUMMARY_H
#define KCOVCTL_SUMMARY_H

#include "../coverage/run-summary.h"
#include "../coverage/table.h"

#include <stdio.h>

struct summary_words {
	/* The files that it is of, as a pattern; NULL: all of them. */
	const char *in;
	/* The options that chose calls or tasks; NULL or "": none did. */
	const char *only;
	/* What to do next, a line; NULL: nothing is said of that. */
	const char *hint;
};

struct summary {
	const struct run_summaries *runs;
	const struct point_sum *sum;
	/* By call and by directory, as queries have them. */
	const struct table *calls;
	const struct table *dirs;
	const struct summary_words *words;
};

enum {
	/* Of each table. */
	SUMMARY_ROWS = 20,
	SUMMARY_RUNS = 8,
};

/* What the stream did not take is for the caller to find. */
void summary_write(const struct summary *summary, FILE *out);

#endif
