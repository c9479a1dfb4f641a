// SPDX-License-Identifier: MIT
#include "other-ways.h"

#include "../base/hash.h"

#include <string.h>

enum {
	/* Blocks that are tried for one condition, how often each, and how deep. */
	MAX_TRIED = 1500,
	MAX_DEPTH = 500,
	N_SEEN = 4096,
	MAX_NUMBERS = 6,
};

struct trial {
	struct other_ways *ways;
	uint64_t seen[N_SEEN];
	size_t n_tried;
	enum other_way best;
};

/* What a function would return as it is now. */
static enum other_way judge(const struct other_ways *ways)
{
	const struct symbolic *symbolic = ways->symbolic;
	const uint32_t value = symbolic->places.at[ways->place];
	enum other_way best = OTHER_WAY_NONE;
	int64_t numbers[MAX_NUMBERS];
	size_t n =
		value == VALUE_NONE ? 0 : symbolic_numbers(symbolic, value, numbers, MAX_NUMBERS);

	if (!n)
		return OTHER_WAY_STRONG;
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == ways->number)
			continue;
		if (!is_error_number(numbers[i]) || !is_error_number(ways->number))
			return OTHER_WAY_STRONG;
		best = OTHER_WAY_WEAK;
	}
	return best;
}

/* What of the registers may matter for where it goes. */
static uint64_t hash_state(const struct symbolic *symbolic, uint32_t place, uint64_t address)
{
	uint64_t hash = hash_number(HASH_EMPTY, address);

	for (uint8_t reg = 0; reg < MACHINE_REGISTERS; reg++) {
		const struct value *value =
			symbolic_value(symbolic, symbolic_register(symbolic, reg));

		if (value->kind == VALUE_CONSTANT)
			hash = hash_number(hash, (uint64_t)value->number ^ (uint64_t)reg << 56);
	}
	hash = hash_number(hash, symbolic->places.at[PLACE_FLAGS] == VALUE_ANYTHING);
	if (place >= PLACE_MEMORY) {
		const struct value *value = symbolic_value(symbolic, symbolic->places.at[place]);

		hash = hash_number(hash,
				   value->kind == VALUE_CONSTANT ? (uint64_t)value->number : 0);
	}
	return hash | 1;
}

static bool is_seen(struct trial *trial, uint64_t hash)
{
	for (size_t i = 0, slot = hash >> 8; i < N_SEEN; i++, slot++) {
		uint64_t *at = &trial->seen[slot & (N_SEEN - 1)];

		if (*at == hash)
			return true;
		if (*at)
			continue;
		*at = hash;
		return false;
	}
	return true;
}

static void try_from(struct trial *trial, uint64_t address, unsigned int depth);

static void end(struct trial *trial)
{
	const enum other_way way = judge(trial->ways);

	if (way > trial->best)
		trial->best = way;
}

/* Into another function, whose result would be its own. */
static void end_elsewhere(struct trial *trial)
{
	if (trial->ways->place < PLACE_MEMORY)
		trial->best = OTHER_WAY_STRONG;
	else
		end(trial);
}

/* Both, unless it is known which. */
static void try_branch(struct trial *trial, const struct code_block *block, unsigned int depth)
{
	const struct symbolic *symbolic = trial->ways->symbolic;
	const int is = block->flow == BLOCK_BRANCH
			       ? symbolic_decide(symbolic, symbolic->places.at[PLACE_FLAGS],
						 block->condition)
			       : -1;

	if (is != 1)
		try_from(trial, block->end, depth);
	if (is != 0 && block->callee)
		end_elsewhere(trial);
	else if (is != 0)
		try_from(trial, block->target, depth);
}

static void try_flow(struct trial *trial, const struct code_block *block, unsigned int depth)
{
	struct symbolic *symbolic = trial->ways->symbolic;

	switch (block->flow) {
	case BLOCK_POINT:
	case BLOCK_CALL:
	case BLOCK_CALL_INDIRECT:
		symbolic_try_call(symbolic, block);
		try_from(trial, block->end, depth);
		break;
	case BLOCK_NEXT:
	case BLOCK_TRAP:
	case BLOCK_FAULT:
		try_from(trial, block->end, depth);
		break;
	case BLOCK_JUMP:
		if (block->callee)
			end_elsewhere(trial);
		else
			try_from(trial, block->target, depth);
		break;
	case BLOCK_JUMP_INDIRECT:
		for (size_t i = 0; i < block->n_targets; i++)
			try_from(trial, block->targets[i], depth);
		if (!block->n_targets)
			end_elsewhere(trial);
		break;
	case BLOCK_BRANCH:
	case BLOCK_KEY:
		if (block->last != trial->ways->until)
			try_branch(trial, block, depth);
		break;
	case BLOCK_POINT_JUMP:
	case BLOCK_RETURN:
		end(trial);
		break;
	default:
		break;
	}
}

static void try_from(struct trial *trial, uint64_t address, unsigned int depth)
{
	struct symbolic *symbolic = trial->ways->symbolic;
	const size_t mark = symbolic->tried.n;
	const struct code_block *block;

	if (trial->best == OTHER_WAY_STRONG || depth >= MAX_DEPTH ||
	    is_seen(trial, hash_state(symbolic, trial->ways->place, address)))
		return;
	/* What is too large to look through may well lead elsewhere. */
	if (++trial->n_tried > MAX_TRIED || symbolic->err) {
		trial->best = OTHER_WAY_STRONG;
		return;
	}
	block = code_blocks_get(trial->ways->blocks, address);
	if (!block)
		return;
	symbolic_try_block(symbolic, block);
	try_flow(trial, block, depth + 1);
	symbolic_forget(symbolic, mark);
}

/* Had the condition been otherwise, so would be what it was of. */
static void suppose(struct symbolic *symbolic, const struct code_block *block, bool is_taken)
{
	const struct value flags = *symbolic_value(symbolic, symbolic->places.at[PLACE_FLAGS]);
	const enum condition condition =
		is_taken ? block->condition : condition_not(block->condition);
	const struct value *b;

	if (flags.kind != VALUE_FLAGS || flags.a == VALUE_ANYTHING)
		return;
	b = symbolic_value(symbolic, flags.b);
	if (condition == IF_EQUAL && flags.op == OP_TEST && flags.a == flags.b)
		symbolic_try_instead(symbolic, flags.a, symbolic_try_number(symbolic, 0));
	else if (condition == IF_EQUAL && flags.op == OP_COMPARE && b->kind == VALUE_CONSTANT)
		symbolic_try_instead(symbolic, flags.a, symbolic_try_number(symbolic, b->number));
	else if (symbolic_value(symbolic, flags.a)->kind == VALUE_CONSTANT)
		symbolic_try_instead(symbolic, flags.a, VALUE_ANYTHING);
}

/* Where else it could have gone. */
static void try_others(struct trial *trial, const struct path_step *step)
{
	const struct code_block *block = step->block;
	struct symbolic *symbolic = trial->ways->symbolic;
	const size_t mark = symbolic->tried.n;

	if (block->flow == BLOCK_JUMP_INDIRECT) {
		for (size_t i = 0; i < block->n_targets; i++)
			if (block->targets[i] != step->next)
				try_from(trial, block->targets[i], 0);
		return;
	}
	if (block->flow == BLOCK_BRANCH)
		suppose(symbolic, block, step->edge == EDGE_NEXT);
	if (step->edge != EDGE_NEXT)
		try_from(trial, block->end, 0);
	else if (block->callee)
		end_elsewhere(trial);
	else
		try_from(trial, block->target, 0);
	symbolic_forget(symbolic, mark);
}

enum other_way other_ways_of(struct other_ways *ways, uint32_t step)
{
	struct trial trial = { .ways = ways };

	symbolic_seek(ways->symbolic, step, true);
	symbolic_try(ways->symbolic);
	try_others(&trial, &ways->symbolic->path->steps.at[step]);
	symbolic_try_end(ways->symbolic);
	return trial.best;
}
