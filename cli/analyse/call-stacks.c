// SPDX-License-Identifier: MIT
#include "call-stacks.h"

#include "../base/array.h"
#include "../base/hash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	FIRST_SLOTS = 256,
};

static uint64_t hash_of(const struct call_stack *stack)
{
	uint64_t hash = hash_number(HASH_EMPTY, stack->parent);

	hash = hash_number(hash, stack->back);
	hash = hash_number(hash, (uintptr_t)stack->function);
	return hash_number(hash, stack->kind);
}

static bool is_same(const struct call_stack *a, const struct call_stack *b)
{
	return a->parent == b->parent && a->back == b->back && a->function == b->function &&
	       a->kind == b->kind;
}

/* Where it is, or would be. A slot has one more than the number of a stack. */
static uint32_t *find_slot(const struct call_stacks *stacks, const struct call_stack *wanted)
{
	size_t slot = hash_of(wanted) & (stacks->n_slots - 1);

	while (stacks->slots[slot] && !is_same(&stacks->at[stacks->slots[slot] - 1], wanted))
		slot = (slot + 1) & (stacks->n_slots - 1);
	return &stacks->slots[slot];
}

static int grow(struct call_stacks *stacks)
{
	const size_t n = stacks->n_slots ? 2 * stacks->n_slots : FIRST_SLOTS;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(stacks->slots);
	stacks->slots = slots;
	stacks->n_slots = n;
	for (size_t i = 0; i < stacks->n; i++)
		*find_slot(stacks, &stacks->at[i]) = (uint32_t)i + 1;
	return 0;
}

static uint32_t add(struct call_stacks *stacks, const struct call_stack *stack)
{
	uint32_t *slot;

	if ((2 * stacks->n >= stacks->n_slots && grow(stacks)) || stacks->n >= NO_STACK - 1)
		return NO_STACK;
	slot = find_slot(stacks, stack);
	if (*slot)
		return *slot - 1;
	if (!array_reserve(stacks, 1))
		return NO_STACK;
	stacks->at[stacks->n++] = *stack;
	*slot = (uint32_t)stacks->n;
	return *slot - 1;
}

int call_stacks_init(struct call_stacks *stacks)
{
	const struct call_stack bottom = { .kind = STACK_BOTTOM };

	*stacks = (struct call_stacks){ 0 };
	return add(stacks, &bottom) == NO_STACK ? -ENOMEM : 0;
}

uint32_t call_stacks_push(struct call_stacks *stacks, uint32_t on, enum stack_kind kind,
			  uint64_t back, struct code_function *function)
{
	const struct call_stack stack = { .parent = on,
					  .depth = stacks->at[on].depth + 1,
					  .back = back,
					  .function = function,
					  .kind = (uint8_t)kind };

	return stack.depth > STACK_MAX_DEPTH ? NO_STACK : add(stacks, &stack);
}

uint32_t call_stacks_return(const struct call_stacks *stacks, uint32_t from, uint64_t *ret)
{
	const struct call_stack *top = &stacks->at[from];

	while (top->kind == STACK_TAIL || top->kind == STACK_OPAQUE_TAIL)
		top = &stacks->at[top->parent];
	if (top->kind == STACK_BOTTOM)
		return NO_STACK;
	*ret = top->back;
	return top->parent;
}

void call_stacks_fini(struct call_stacks *stacks)
{
	free(stacks->at);
	free(stacks->slots);
	*stacks = (struct call_stacks){ 0 };
}
