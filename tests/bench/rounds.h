/* SPDX-License-Identifier: MIT */
/*
 * Times of several ways to do the same, taken in turn, round by round, so that what else
 * the machine does at the time concerns all of them.
 */
#ifndef KCOV_BENCH_ROUNDS_H
#define KCOV_BENCH_ROUNDS_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum {
	ROUNDS = 101,
};

static inline double now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline int compare_times(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static inline double median(double times[ROUNDS])
{
	qsort(times, ROUNDS, sizeof(times[0]), compare_times);
	return times[ROUNDS / 2];
}

#endif
