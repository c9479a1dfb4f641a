// SPDX-License-Identifier: MIT
/*
 * A symbol's name: whether a call of it records. What is a callback both by its own name and as one
 * that is known is of one kind.
 */
#include "image/callbacks.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* So that what is read behind the end is found. */
	char *symbol = strndup((const char *)data, size);
	enum kcov_point kind, family;

	if (!symbol)
		return 0;
	kind = kcov_callback_kind(symbol);
	family = kcov_callback_family(symbol);
	if (kind == KCOV_POINT_UNKNOWN || family == KCOV_POINT_UNKNOWN)
		abort();
	if (kind != KCOV_POINT_NONE && family != KCOV_POINT_NONE && kind != family)
		abort();
	if (kind != KCOV_POINT_NONE && !strstr(symbol, "__sanitizer_cov_trace_"))
		abort();
	free(symbol);
	return 0;
}
