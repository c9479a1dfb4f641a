/* SPDX-License-Identifier: MIT */
/* Where a number that a function returned came from. */
#ifndef KCOVCTL_VALUE_ORIGIN_H
#define KCOVCTL_VALUE_ORIGIN_H

#include "symbolic.h"

enum origin_kind {
	ORIGIN_UNKNOWN,
	/* An instruction has it. */
	ORIGIN_CONSTANT,
	/* One that makes one number or another of it, without a branch. */
	ORIGIN_CHOSEN,
	/* The result of a function that was not followed. */
	ORIGIN_RESULT,
	/* It was in memory before the call. */
	ORIGIN_MEMORY,
};

struct value_origin {
	enum origin_kind kind;
	/* Where it was made. */
	uint32_t value;
	uint32_t step;
	uint64_t address;
	/* Of ORIGIN_CHOSEN: the instruction that chose. */
	uint32_t chooser;
};

/* is_wanted: the number is known, and what contradicts it is not it. */
struct value_origin value_origin_of(const struct symbolic *symbolic, uint32_t value, bool is_wanted,
				    int64_t number);

/* The instruction whose condition a value depends on; 0: there is none. */
uint64_t value_condition(const struct symbolic *symbolic, uint32_t value);

/* The last place on the way, between two steps, where the number was written. */
struct value_origin value_origin_guess(const struct symbolic *symbolic, int64_t number,
				       uint32_t from, uint32_t to);

/* Whether two values are from the same instruction and step. */
static inline bool value_is_from(const struct symbolic *symbolic, uint32_t value,
				 const struct value_origin *origin)
{
	const struct value *at = symbolic_value(symbolic, value);

	return value == origin->value || (at->kind == VALUE_CONSTANT && at->step == origin->step &&
					  at->address == origin->address);
}

#endif
