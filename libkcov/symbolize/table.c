// SPDX-License-Identifier: MIT
#include "table.h"

#include <stdlib.h>

void *kcov_table_grow(void *at, size_t n, size_t size)
{
	/* Nothing, and a power of two, are full. */
	if (n & (n - 1))
		return at;
	return reallocarray(at, n ? n * 2 : 1, size);
}
