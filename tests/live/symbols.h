/* SPDX-License-Identifier: MIT */
/* Which functions PCs lie in, for live tests. */
#ifndef KCOV_SYMBOLS_H
#define KCOV_SYMBOLS_H

#include "live.h"

#include <kcov/symbolize.h>
#include <stdbool.h>

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

/* Whether a PC lies in a function, by whatever inline chain. */
static inline bool is_in(uint64_t pc, const char *function)
{
	const uint64_t call = pc - 1;
	struct kcov_location location;

	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &call, 1, NULL, &location), 0);
	for (size_t i = 0; i < location.n_frames; i++)
		if (location.frames[i].function &&
		    strcmp(location.frames[i].function, function) == 0)
			return true;
	return false;
}

static inline bool any_is_in(const struct kcov_pcs *pcs, const char *function)
{
	for (size_t i = 0; i < pcs->count; i++)
		if (is_in(pcs->pcs[i], function))
			return true;
	return false;
}

#endif
