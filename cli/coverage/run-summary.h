/* SPDX-License-Identifier: MIT */
/* What runs were, in numbers: as a recording has it, and as a summary shows it. */
#ifndef KCOVCTL_RUN_SUMMARY_H
#define KCOVCTL_RUN_SUMMARY_H

#include "totals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One run. */
struct run_summary {
	/* Its words. */
	char *command;
	/* How it came to be: "whole", "calls", "fast" or "import". */
	char *way;
	/* Nanoseconds since 1970; status: what kcovctl exited with for it. */
	int64_t started;
	int64_t ended;
	/* When the recording had the size that it may have: from then on there are totals only. 0:
	 * it had not. */
	int64_t order_until;
	int64_t status;
	/* False: it goes on, or kcovctl was killed. */
	bool has_ended;
	/* Nothing speaks against it that all of it is there, where that can be known. */
	bool is_complete;
	bool knows_complete;
	/* What does: bits of enum kcov_drain_doubt, and whether a buffer had no room. */
	unsigned int doubts;
	bool is_full;
	/* In entries of the mode. */
	int64_t capacity;
	struct totals totals;
};

struct run_summaries {
	struct run_summary *at;
	size_t n;
	size_t room;
};

/* How many points ran of how many, in all runs together. */
struct point_sum {
	int64_t ran;
	int64_t points;
	/* Addresses that are in no image. */
	int64_t unknown;
	int64_t records;
};

void run_summaries_fini(struct run_summaries *runs);

#endif
