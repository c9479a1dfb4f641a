/* SPDX-License-Identifier: MIT */
/* What a recording says of what ran, as tables. */
#ifndef KCOVCTL_QUERY_H
#define KCOVCTL_QUERY_H

#include "../coverage/run-summary.h"
#include "../coverage/table.h"
#include "query-selection.h"
#include "recording.h"

/* Directories, with points alone. */
#define QUERY_SHORT "dir, points alone"

/* By what, and in which order. */
struct query {
	/* "dir", "subsystem", "file", "function", "line", "call" or "task"; QUERY_SHORT. */
	const char *by;
	/* A column to sort by, downwards if it is a number; NULL: what there is most of. */
	const char *sort;
	/* What did not run of what is in files where something did. */
	bool is_uncovered;
	/* Those files alone, as a pattern of the shell's, in which * is for slashes, too. */
	const char *in;
	/* For a terminal: texts are made plain. */
	bool is_plain;
};

/* How many points ran of how many, of what query_select() chose. 0, or -1, and why was told. */
int query_sum(const struct recording *recording, struct point_sum *ret);

/* Only how many points ran of how many, in some files, as struct query has them. As above. */
int query_sum_in(const struct recording *recording, const char *in, struct point_sum *ret);

/* By when they began. As above. */
int query_runs(const struct recording *recording, struct run_summaries *ret);

/* Whether there is such a table, and such a column to sort by. */
bool query_is_by(const char *by);
bool query_can_sort(const char *by, const char *sort);

/* Whether it is known what did not run; whether rows are of files, which can be chosen. */
bool query_knows_uncovered(const char *by);
bool query_has_files(const char *by);

/* As above. */
int query_table(const struct recording *recording, const struct query *query, struct table *ret);

#endif
