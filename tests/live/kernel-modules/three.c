// SPDX-License-Identifier: GPL-2.0-only
#include "poke.h"

static noinline int fold(const int *values, int n)
{
	int folded = 0;

	for (int i = 0; i < n; i++)
		folded = folded * 2 + add_bits(values[i]);
	return folded;
}

static int poke(int value)
{
	const int values[] = { value, value + 1, value * 3 };

	return fold(values, ARRAY_SIZE(values));
}

static int __init start(void)
{
	return poke(1) + poke(2);
}
