// SPDX-License-Identifier: MIT
#include "deciders.h"

enum {
	/* Conditions of a function that are looked at, from the last one back. */
	MAX_CONDITIONS = 96,
	/* Those before the check, which only make it less sure. */
	MAX_EARLIER = 24,
};

static bool is_condition(const struct path_step *step)
{
	if (!step->block)
		return false;
	switch (step->block->flow) {
	case BLOCK_BRANCH:
	case BLOCK_KEY:
		return true;
	case BLOCK_JUMP_INDIRECT:
		return step->block->n_targets > 1 && step->edge == EDGE_TAKEN;
	case BLOCK_FAULT:
		return step->edge == EDGE_FAULT;
	default:
		return false;
	}
}

/* Whether a place in memory is the frame's own, and gone when it returns. */
static bool is_own(const struct symbolic *symbolic, uint32_t frame, uint32_t place)
{
	const struct symbolic_cell *cell = &symbolic->cells.at[place - PLACE_MEMORY];
	const uint8_t sp = symbolic->machine->stack_pointer;
	const struct value *entry = symbolic_value(symbolic, symbolic->entries[frame][sp]);

	return cell->root == UINT32_MAX && entry->kind == VALUE_STACK &&
	       cell->distance < entry->number;
}

/* Where the frame left the value when it returned; NO_PLACE: it is not known. */
static uint32_t find_place_of(struct symbolic *symbolic, uint32_t frame,
			      const struct value_origin *origin)
{
	const struct call_path *path = symbolic->path;
	const uint32_t left = path->frames.at[frame].left, result = symbolic->machine->result;
	uint32_t first, at;

	if (left == UINT32_MAX)
		return NO_PLACE;
	symbolic_seek(symbolic, left, false);
	if (value_is_from(symbolic, symbolic->places.at[result], origin))
		return result;
	first = symbolic->marks[path->frames.at[frame].entered].before;
	for (at = symbolic->marks[left].before; at-- > first;) {
		const struct symbolic_write *write = &symbolic->log.at[at];

		if (write->place >= PLACE_MEMORY && value_is_from(symbolic, write->after, origin) &&
		    !is_own(symbolic, frame, write->place))
			return write->place;
	}
	return result;
}

/* An error that the function wrote twice: to a register, and to where a variable lives. */
static bool is_twin(const struct symbolic *symbolic, const struct value *value,
		    const struct value_origin *origin)
{
	const struct path_step *steps = symbolic->path->steps.at;
	const struct value *made = symbolic_value(symbolic, origin->value);

	return value->kind == VALUE_CONSTANT && made->kind == VALUE_CONSTANT &&
	       (int32_t)value->number == (int32_t)made->number &&
	       is_error_number((int32_t)made->number) &&
	       steps[value->step].frame == steps[made->step].frame;
}

/* Whether a condition only finds out what the number is: it did not choose it. */
static bool is_of_number(struct symbolic *symbolic, uint32_t step,
			 const struct value_origin *origin)
{
	const struct code_block *block = symbolic->path->steps.at[step].block;
	const struct value *flags;

	if (block->flow != BLOCK_BRANCH)
		return false;
	symbolic_seek(symbolic, step, true);
	flags = symbolic_value(symbolic, symbolic->places.at[PLACE_FLAGS]);
	return flags->kind == VALUE_FLAGS &&
	       (value_is_from(symbolic, flags->a, origin) ||
		is_twin(symbolic, symbolic_value(symbolic, flags->a), origin));
}

static void add_strong(struct deciders *deciders, uint32_t step)
{
	if (deciders->n_strong < DECIDERS_MAX)
		deciders->strong[deciders->n_strong++] = step;
}

static void add_weak(struct deciders *deciders, uint32_t step)
{
	if (deciders->n_weak < DECIDERS_MAX)
		deciders->weak[deciders->n_weak++] = step;
}

void deciders_find(struct code_blocks *blocks, struct symbolic *symbolic,
		   const struct value_origin *origin, int64_t number, struct deciders *ret)
{
	const struct call_path *path = symbolic->path;
	const uint32_t frame = path->steps.at[origin->step].frame;
	const struct path_frame *in = &path->frames.at[frame];
	const uint32_t left = in->left == UINT32_MAX ? (uint32_t)path->steps.n : in->left;
	struct other_ways ways = {
		.blocks = blocks,
		.symbolic = symbolic,
		.place = find_place_of(symbolic, frame, origin),
		.number = number,
	};
	size_t n = 0, n_earlier = 0;

	*ret = (struct deciders){ .frame = frame, .check = NO_STEP };
	if (ways.place == NO_PLACE)
		ways.place = symbolic->machine->result;
	for (uint32_t step = left; step-- > in->entered && n < MAX_CONDITIONS;) {
		enum other_way way;

		if (path->steps.at[step].frame != frame || !is_condition(&path->steps.at[step]))
			continue;
		if (is_of_number(symbolic, step, origin))
			continue;
		if (ret->check != NO_STEP && n_earlier++ >= MAX_EARLIER)
			break;
		n++;
		way = other_ways_of(&ways, step);
		if (way == OTHER_WAY_WEAK && ret->check == NO_STEP)
			add_weak(ret, step);
		else if (way == OTHER_WAY_STRONG && ret->check != NO_STEP)
			add_strong(ret, step);
		else if (way == OTHER_WAY_STRONG) {
			ret->check = step;
			/* What only leads there by another way decided nothing. */
			ways.until = path->steps.at[step].block->last;
		}
	}
	if (ret->check != NO_STEP || !ret->n_weak)
		return;
	ret->check = ret->weak[0];
	ret->is_weak = true;
	for (size_t i = 1; i < ret->n_weak; i++)
		ret->weak[i - 1] = ret->weak[i];
	ret->n_weak--;
}
