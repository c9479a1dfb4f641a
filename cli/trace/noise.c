// SPDX-License-Identifier: MIT
#include "noise.h"

#include <stdbool.h>
#include <string.h>

enum {
	/* How much of other functions there may be among those of the way out. */
	MAX_GAP = 32,
};

static bool is_symbol(const char *symbol, const char *name)
{
	const size_t len = strlen(name);

	return strncmp(symbol, name, len) == 0 && (!symbol[len] || symbol[len] == '.');
}

static enum noise_function function_named(const char *name)
{
	static const struct {
		const char *name;
		enum noise_function function;
	} known[] = {
		{ "ptrace_stop", NOISE_STOP },
		{ "ptrace_notify", NOISE_LEAD },
		{ "ptrace_do_notify", NOISE_NOTIFY },
		{ "ptrace_event", NOISE_LEAD },
		{ "ptrace_event_pid", NOISE_LEAD },
		{ "ptrace_report_syscall", NOISE_LEAD },
		{ "ptrace_signal", NOISE_LEAD },
		{ "do_jobctl_trap", NOISE_LEAD },
		{ "cgroup_leave_frozen", NOISE_RESUME },
		{ "cgroup_update_frozen", NOISE_RESUME },
		{ "recalc_sigpending_tsk", NOISE_RESUME },
		{ "get_signal", NOISE_CALLER },
		{ "task_work_run", NOISE_WORK },
	};

	for (size_t i = 0; name && i < sizeof(known) / sizeof(known[0]); i++)
		if (is_symbol(name, known[i].name))
			return known[i].function;
	return NOISE_OTHER;
}

static bool is_lead(enum noise_function function)
{
	return function == NOISE_LEAD || function == NOISE_NOTIFY;
}

/* Both by what it is compiled into, and, if that is known, by what is compiled into that. */
enum noise_function noise_function_of(const struct kcov_location *location)
{
	enum noise_function function = function_named(location->symbol);
	struct kcov_frame innermost;

	if (!is_lead(function) && function != NOISE_STOP &&
	    kcov_location_frames(location, &innermost, 1) > 0 &&
	    is_lead(function_named(innermost.function)))
		function = NOISE_LEAD;
	return function;
}

static enum noise_function function_at(const struct noise *noise, const uint64_t *records, size_t i)
{
	const struct kcov_record_kind *kind = noise->kind;

	return noise->function(noise->context, records[i * kind->words + kind->address]);
}

size_t noise_head(const struct noise *noise, const uint64_t *records, size_t n)
{
	/* resumed: behind what ptrace_stop() called last. */
	size_t end = 0, resumed = 0;

	/* Whoever is scheduled may first have to take the memory of the one before down. */
	for (size_t i = 0; i < n && i < (end ? end + MAX_GAP : NOISE_MAX); i++) {
		const enum noise_function function = function_at(noise, records, i);

		if (function == NOISE_RESUME && (!end || i == end || i == resumed))
			resumed = i + 1;
		/* Into the next stop already, unless it is on the way out of this one. */
		if (function == NOISE_CALLER || (is_lead(function) && i != end && i != resumed))
			break;
		if (function == NOISE_STOP || is_lead(function))
			end = i + 1;
	}
	return end;
}

/* From where on the last functions are those that lead to a stop; n: they are not. */
static size_t find_lead(const struct noise *noise, const uint64_t *records, size_t n)
{
	bool has_stopped = false, is_called = false;
	size_t first = n;

	for (size_t i = n; i-- && n - i <= NOISE_MAX;) {
		const enum noise_function function = function_at(noise, records, i);

		has_stopped |= function == NOISE_STOP;
		if (!has_stopped)
			continue;
		if (is_lead(function)) {
			first = i;
			is_called = function == NOISE_NOTIFY;
		} else if (first == n && function == NOISE_CALLER) {
			return i + 1;
		} else if (first < n &&
			   (!is_called || function != NOISE_OTHER || first - i > MAX_GAP)) {
			break;
		}
	}
	return first;
}

/* What leads to the work that came before the stop: from *first on, up to what is returned. */
static size_t find_lead_to_work(const struct noise *noise, const uint64_t *records, size_t n,
				size_t *first)
{
	size_t end = n;

	while (end && !is_lead(function_at(noise, records, end - 1)))
		end--;
	*first = end;
	while (*first && is_lead(function_at(noise, records, *first - 1)))
		(*first)--;
	return end;
}

size_t noise_cut_tail(const struct noise *noise, uint64_t *records, size_t n)
{
	const size_t end = find_lead(noise, records, n), words = noise->kind->words;
	size_t first, work;

	if (!end || end == n || function_at(noise, records, end - 1) != NOISE_WORK)
		return end;
	work = find_lead_to_work(noise, records, end, &first);
	memmove(records + first * words, records + work * words,
		(end - work) * words * sizeof(*records));
	return first + end - work;
}
