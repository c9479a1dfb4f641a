/* SPDX-License-Identifier: MIT */
/* Stacks of frames, of which equal ones are one. */
#ifndef KCOVCTL_CALL_STACKS_H
#define KCOVCTL_CALL_STACKS_H

#include "code-image.h"

enum stack_kind {
	/* What enters the kernel, of which nothing is known. */
	STACK_BOTTOM,
	STACK_CALL,
	STACK_TAIL,
	/* Of a function without points. */
	STACK_OPAQUE,
	STACK_OPAQUE_TAIL,
	STACK_INTERRUPT,
};

struct call_stack {
	uint32_t parent;
	uint32_t depth;
	/* Where its parent goes on; 0: within what is not known. */
	uint64_t back;
	struct code_function *function;
	uint8_t kind;
};

enum {
	STACK_OF_NOTHING = 0,
	STACK_MAX_DEPTH = 1000,
	/* No more: there is no memory, or it is too deep. */
	NO_STACK = UINT32_MAX,
};

struct call_stacks {
	struct call_stack *at;
	size_t n, room;
	uint32_t *slots;
	size_t n_slots;
};

/* The first is STACK_BOTTOM. 0 or -ENOMEM. */
int call_stacks_init(struct call_stacks *stacks);

/* One frame more. */
uint32_t call_stacks_push(struct call_stacks *stacks, uint32_t on, enum stack_kind kind,
			  uint64_t back, struct code_function *function);

/* What is left when the top returns, and where that goes on; NO_STACK: it does not. */
uint32_t call_stacks_return(const struct call_stacks *stacks, uint32_t from, uint64_t *ret);

void call_stacks_fini(struct call_stacks *stacks);

#endif
