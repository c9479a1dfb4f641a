/* SPDX-License-Identifier: MIT */
/* What a function could have returned, had a condition been otherwise. */
#ifndef KCOVCTL_OTHER_WAYS_H
#define KCOVCTL_OTHER_WAYS_H

#include "symbolic.h"

/* What is asked about. */
struct other_ways {
	struct code_blocks *blocks;
	struct symbolic *symbolic;
	/* Where the function leaves its result: a register, or a place in memory. */
	uint32_t place;
	/* What it left there. */
	int64_t number;
	/* A branch that is not gone beyond; 0: there is none. */
	uint64_t until;
};

enum other_way {
	/* The same, whichever way; or it does not return. */
	OTHER_WAY_NONE,
	/* Another error. */
	OTHER_WAY_WEAK,
	/* No error, or another number if it was none. */
	OTHER_WAY_STRONG,
};

/* Where a step had gone another way. */
enum other_way other_ways_of(struct other_ways *ways, uint32_t step);

/* Whether a number is an error as system calls return it. */
static inline bool is_error_number(int64_t number)
{
	return number < 0 && number >= -4095;
}

#endif
