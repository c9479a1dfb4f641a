// SPDX-License-Identifier: MIT
#include "unanswered.h"

#include <stdio.h>
#include <stdlib.h>

char *unanswered_describe(const struct kcov_symbolizer *symbolizer)
{
	struct kcov_unanswered first;
	int n = kcov_symbolizer_unanswered(symbolizer, &first, 1);
	char more[40] = "", *ret;

	if (n < 1)
		return NULL;
	if (n > 1)
		snprintf(more, sizeof(more), " (and of %d more unit%s)", n - 1, n > 2 ? "s" : "");
	if (asprintf(&ret, "%s: %s: %s%s", first.image, first.unit, first.cause, more) < 0)
		return NULL;
	return ret;
}
