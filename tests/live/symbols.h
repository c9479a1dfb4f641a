/* SPDX-License-Identifier: MIT */
/* Which functions PCs lie in, for live tests. */
#ifndef KCOV_SYMBOLS_H
#define KCOV_SYMBOLS_H

#include "live.h"

#include <kcov/feedback.h>
#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stdlib.h>

/* Open while the tests of a group run: open_symbolizer and close_symbolizer. */
static struct kcov_symbolizer *symbolizer;

static inline int open_symbolizer(void **state)
{
	struct kcov_symbolize_error *error = NULL;

	(void)state;
	if (!kcov_symbolizer_open_kernel(NULL, &error, &symbolizer))
		return 0;
	print_error("%s\n", kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
	return -1;
}

static inline int close_symbolizer(void **state)
{
	(void)state;
	kcov_symbolizer_close(symbolizer);
	return 0;
}

static inline bool look_up(uint64_t pc, const char *function)
{
	const uint64_t call = pc - 1;
	struct kcov_location location;
	struct kcov_frame frames[64];
	int n;

	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &call, 1, NULL, &location), 0);
	n = kcov_location_frames(&location, frames, 64);
	assert_in_range(n, 0, 64);
	for (int i = 0; i < n; i++)
		if (frames[i].function && strcmp(frames[i].function, function) == 0)
			return true;
	return location.symbol && strcmp(location.symbol, function) == 0;
}

/*
 * Whether a PC lies in a function, by whatever inline chain; of a module, by its symbol.
 * Rounds of a test ask the same again and again, so answers are kept; a string that is
 * another one of the same text is only asked anew.
 */
static inline bool is_in(uint64_t pc, const char *function)
{
	static struct {
		uint64_t pc;
		const char *function;
		bool in;
	} known[1 << 16];
	size_t slot = (size_t)((pc ^ (uintptr_t)function << 4) * 0x9e3779b97f4a7c15 >> 48);

	if (known[slot].pc != pc || known[slot].function != function) {
		known[slot].pc = pc;
		known[slot].function = function;
		known[slot].in = look_up(pc, function);
	}
	return known[slot].in;
}

static inline bool any_is_in(const struct kcov_pcs *pcs, const char *function)
{
	uint64_t *unique = malloc(3 * pcs->count * sizeof(*unique) + 1);
	bool found = false;
	size_t n;

	assert_non_null(unique);
	n = kcov_unique(pcs->pcs, pcs->count, unique + pcs->count, unique);
	for (size_t i = 0; i < n && !found; i++)
		found = is_in(unique[i], function);
	free(unique);
	return found;
}

#endif
