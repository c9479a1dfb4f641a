// SPDX-License-Identifier: GPL-2.0-only
#include "poke.h"

#include <linux/jiffies.h>

static noinline int halve(int value)
{
	return value & 1 ? 3 * value + 1 : value / 2;
}

static int poke(int value)
{
	int steps = 0;

	while (value > 1 && steps < 100) {
		value = halve(value);
		steps++;
	}
	return steps + add_bits(value);
}

static int __init start(void)
{
	return add_bits((int)jiffies);
}
