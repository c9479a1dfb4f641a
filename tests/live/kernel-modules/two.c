// SPDX-License-Identifier: GPL-2.0-only
#include "poke.h"

/* In a section of its own. */
static noinline __cold int refuse(int value)
{
	return value < -10 ? -10 : value;
}

static int poke(int value)
{
	if (value < 0)
		return refuse(value);
	return add_bits(value) ? add_bits(~value) : 7;
}

static int __init start(void)
{
	return poke(5);
}
