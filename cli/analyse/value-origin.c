// SPDX-License-Identifier: MIT
#include "value-origin.h"

enum {
	MAX_NUMBERS = 8,
	MAX_DEPTH = 8,
};

static struct value_origin origin_at(const struct symbolic *symbolic, enum origin_kind kind,
				     uint32_t value)
{
	const struct value *at = symbolic_value(symbolic, value);

	return (struct value_origin){ .kind = kind,
				      .value = value,
				      .step = at->step,
				      .address = at->address,
				      .chooser = value };
}

static bool can_be(const struct symbolic *symbolic, uint32_t value, int64_t number)
{
	int64_t numbers[MAX_NUMBERS];
	size_t n = symbolic_numbers(symbolic, value, numbers, MAX_NUMBERS);

	while (n--)
		if (numbers[n] == number || (int32_t)numbers[n] == number)
			return true;
	return false;
}

static struct value_origin find(const struct symbolic *symbolic, uint32_t value, bool is_wanted,
				int64_t number, unsigned int depth)
{
	const struct value *at = symbolic_value(symbolic, value);
	struct value_origin origin = { 0 };

	if (at->kind == VALUE_CONSTANT && (!is_wanted || can_be(symbolic, value, number)))
		return origin_at(symbolic, ORIGIN_CONSTANT, value);
	if (at->kind == VALUE_RESULT)
		return origin_at(symbolic, ORIGIN_RESULT, value);
	if (at->kind == VALUE_LOAD)
		return origin_at(symbolic, ORIGIN_MEMORY, value);
	if (!depth || (at->kind != VALUE_OP && at->kind != VALUE_SUM))
		return origin;
	if (is_wanted && can_be(symbolic, value, number)) {
		origin = origin_at(symbolic, ORIGIN_CHOSEN, value);
		/* The number itself may have an instruction of its own. */
		if (at->op == OP_SELECT && can_be(symbolic, at->a, number))
			origin.value = at->a;
		else if (at->op == OP_SELECT && can_be(symbolic, at->b, number))
			origin.value = at->b;
		return origin;
	}
	origin = find(symbolic, at->a, is_wanted, number, depth - 1);
	if (!origin.kind && at->kind == VALUE_OP)
		origin = find(symbolic, at->b, is_wanted, number, depth - 1);
	return origin;
}

struct value_origin value_origin_of(const struct symbolic *symbolic, uint32_t value, bool is_wanted,
				    int64_t number)
{
	return find(symbolic, value, is_wanted, number, MAX_DEPTH);
}

static uint64_t find_condition(const struct symbolic *symbolic, uint32_t value, unsigned int depth)
{
	const struct value *at = symbolic_value(symbolic, value);
	uint64_t address;

	if (!depth || (at->kind != VALUE_OP && at->kind != VALUE_SUM))
		return 0;
	if (at->kind == VALUE_OP &&
	    (at->op == OP_SELECT || at->op == OP_SET || at->op == OP_BORROW))
		return symbolic_value(symbolic, at->flags)->address;
	address = find_condition(symbolic, at->a, depth - 1);
	return address || at->kind == VALUE_SUM ? address
						: find_condition(symbolic, at->b, depth - 1);
}

uint64_t value_condition(const struct symbolic *symbolic, uint32_t value)
{
	return find_condition(symbolic, value, MAX_DEPTH);
}

struct value_origin value_origin_guess(const struct symbolic *symbolic, int64_t number,
				       uint32_t from, uint32_t to)
{
	const struct value_origin nothing = { 0 };

	for (uint32_t value = (uint32_t)symbolic->values.n; value--;) {
		const struct value *at = symbolic_value(symbolic, value);

		if (at->kind == VALUE_CONSTANT && at->step >= from && at->step < to &&
		    can_be(symbolic, value, number))
			return origin_at(symbolic, ORIGIN_CONSTANT, value);
	}
	return nothing;
}
