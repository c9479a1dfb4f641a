/* SPDX-License-Identifier: MIT */
/*
 * What a task runs because it is traced: on its way into a ptrace stop, and out of it. Between two
 * stops it comes first and last, and is told by the functions that it is in.
 */
#ifndef KCOVCTL_NOISE_H
#define KCOVCTL_NOISE_H

#include <kcov/kcov.h>
#include <kcov/symbolize.h>
#include <stddef.h>
#include <stdint.h>

/* The function that an address is in, as far as it matters here. */
enum noise_function {
	NOISE_OTHER,
	/* ptrace_stop(), from whose middle on the task is stopped. */
	NOISE_STOP,
	/* One that leads there and does nothing else. */
	NOISE_LEAD,
	/* ptrace_do_notify(), the same, which asks for ids before it does: another one calls it. */
	NOISE_NOTIFY,
	/*
	 * One that ptrace_stop() calls when it goes on, among others. As gcc 12 compiles Linux
	 * 6.1's, ptrace_stop() itself has no coverage point behind it.
	 */
	NOISE_RESUME,
	/* One that leads there among other things. */
	NOISE_CALLER,
	/* task_work_run(), which ptrace_notify() calls, and which is no noise. */
	NOISE_WORK,
};

struct noise {
	/* Of the records. */
	const struct kcov_record_kind *kind;
	enum noise_function (*function)(void *context, uint64_t address);
	void *context;
};

enum noise_function noise_function_of(const struct kcov_location *location);

/* How many of n records are of the way out of the stop that came before them. */
size_t noise_head(const struct noise *noise, const uint64_t *records, size_t n);

/*
 * Take those away that are of the way into the stop that came behind them: returns how many are
 * left, the last of which may have been moved.
 */
size_t noise_cut_tail(const struct noise *noise, uint64_t *records, size_t n);

/* No way into a stop is longer, and none out of it, in records. */
#define NOISE_MAX ((size_t)512)

#endif
