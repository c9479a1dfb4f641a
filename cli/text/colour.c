// SPDX-License-Identifier: MIT
#include "colour.h"

#include "terminal.h"

#include <stdlib.h>

static bool is_used;

void colour_use(enum colour_when when, FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	is_used = when == COLOUR_ALWAYS ||
		  (when == COLOUR_AUTO && (!no_color || !*no_color) && terminal_is_one(out));
}

const char *colour_begin(enum colour colour)
{
	/* Of the 256 that terminals have, the next to #0072B2 and #D55E00. */
	static const char *const begins[] = {
		[COLOUR_NONE] = "",
		[COLOUR_HEAD] = "\033[1m",
		[COLOUR_GOOD] = "\033[38;5;32m",
		[COLOUR_BAD] = "\033[38;5;166m",
	};

	return is_used ? begins[colour] : "";
}

const char *colour_end(enum colour colour)
{
	return is_used && colour != COLOUR_NONE ? "\033[m" : "";
}
