// SPDX-License-Identifier: MIT
#include "table.h"

#include <stdlib.h>
#include <string.h>

void *kcov_table_grow(void *at, size_t n, size_t size)
{
	/* Nothing, and a power of two, are full. */
	if (n & (n - 1))
		return at;
	return reallocarray(at, n ? n * 2 : 1, size);
}

uint32_t *kcov_table_of_none(size_t n)
{
	uint32_t *numbers = reallocarray(NULL, n + 1, sizeof(*numbers));

	if (numbers)
		memset(numbers, 0xff, (n + 1) * sizeof(*numbers));
	return numbers;
}
