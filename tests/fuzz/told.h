/* SPDX-License-Identifier: MIT */
/* For targets of kcovctl's own code: what it would tell is counted, in the place of text/error.c.
 */
#ifndef KCOV_TESTS_TOLD_H
#define KCOV_TESTS_TOLD_H

#include "text/error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int n_told;

/* Instead of kcovctl's. */
void error_tell(const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	n_told++;
}

static inline void check(bool is_true)
{
	if (!is_true)
		abort();
}

#endif
