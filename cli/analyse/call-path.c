// SPDX-License-Identifier: MIT
#include "call-path.h"

#include "../base/array.h"
#include "../base/hash.h"
#include "call-stacks.h"
#include "callees.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is less likely costs more; in hundredths. The figures are those of a prototype. */
enum {
	COST_NONE = 0,
	COST_SMALL = 1,
	COST_OVER = 5,
	COST_EMPTY = 20,
	COST_INDIRECT = 30,
	COST_PATCHED = 50,
	COST_ENTER = 50,
	COST_OVER_INDIRECT = 100,
	COST_TRAP = 200,
	COST_INTERRUPT = 300,
	COST_UNLIKELY = 300,
	COST_LOST = 2000,
	/* What is dearer than the best by so much is forgotten. */
	SLACK = 400,
};

enum {
	/* Ways that are kept from one PC to the next. */
	MAX_WAYS = 8,
	/* Places that are looked at for one PC. */
	MAX_VISITS = 20000,
	N_SLOTS = 1 << 16,
	NO_WAY = UINT32_MAX,
	/* Of a function, on the way to its first point. */
	MAX_ENTRY_BLOCKS = 64,
};

/* A step, and those before it. Behind it, the code goes on at next, or is opaque if that is 0. */
struct way {
	uint32_t parent;
	uint32_t stack;
	const struct code_block *block;
	uint64_t next;
	uint8_t edge;
};

struct visit {
	struct way way;
	uint32_t cost;
	/* Whether parent is of those that are kept. */
	bool is_first;
	/* It stands for a function that calls the wanted one only if that is looked into. */
	bool is_unproven;
};

struct slot {
	uint64_t next;
	uint32_t stack;
	uint32_t round;
};

/* What is looked for. */
struct goal {
	uint64_t pc;
	/* Instead of a PC: where the call has returned. */
	bool is_end;
	bool is_point;
	/* Whose first PC it is, or NULL. */
	struct code_function *entered;
};

struct follower {
	struct code_blocks *blocks;
	struct call_stacks stacks;
	/* Those that are kept. */
	struct {
		struct way *at;
		size_t n, room;
	} ways;
	/* Where it may be now, the cheapest first. */
	struct {
		uint32_t way;
		uint32_t cost;
	} now[MAX_WAYS];
	size_t n_now;
	/* One search. */
	struct goal goal;
	struct {
		struct visit *at;
		size_t n, room;
	} visits;
	struct {
		uint64_t *at;
		size_t n, room;
	} heap;
	struct slot *slots;
	uint32_t round;
	uint32_t found[MAX_WAYS];
	size_t n_found;
	size_t n_visited;
	size_t work;
	int err;
};

static const struct call_stack *stack_of(const struct follower *follower, uint32_t stack)
{
	return &follower->stacks.at[stack];
}

static void heap_put(struct follower *follower, uint64_t key)
{
	size_t at = follower->heap.n;

	if (!array_reserve(&follower->heap, 1)) {
		follower->err = -ENOMEM;
		return;
	}
	follower->heap.n++;
	for (; at && follower->heap.at[(at - 1) / 2] > key; at = (at - 1) / 2)
		follower->heap.at[at] = follower->heap.at[(at - 1) / 2];
	follower->heap.at[at] = key;
}

static uint64_t heap_take(struct follower *follower)
{
	uint64_t *heap = follower->heap.at;
	const uint64_t ret = heap[0], key = heap[--follower->heap.n];
	const size_t n = follower->heap.n;
	size_t at = 0, child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && heap[child + 1] < heap[child])
			child++;
		if (key <= heap[child])
			break;
		heap[at] = heap[child];
		at = child;
	}
	if (n)
		heap[at] = key;
	return ret;
}

/* Whether it was there in this round; if not, it is now. */
static bool visit_once(struct follower *follower, uint64_t next, uint32_t stack)
{
	size_t at = hash_number(hash_number(HASH_EMPTY, next), stack) & (N_SLOTS - 1);
	struct slot *slot;

	while ((slot = &follower->slots[at])->round == follower->round) {
		if (slot->next == next && slot->stack == stack)
			return true;
		at = (at + 1) & (N_SLOTS - 1);
	}
	*slot = (struct slot){ next, stack, follower->round };
	return false;
}

/* One way to go on; from: the visit that it goes on from. */
static struct visit *go(struct follower *follower, uint32_t from, const struct code_block *block,
			enum path_edge edge, uint64_t next, uint32_t stack, uint32_t cost)
{
	struct visit *visit;

	if (stack == NO_STACK || follower->err)
		return NULL;
	if (!array_reserve(&follower->visits, 1)) {
		follower->err = -ENOMEM;
		return NULL;
	}
	visit = &follower->visits.at[follower->visits.n];
	*visit = (struct visit){
		.way = { from, stack, block, next, (uint8_t)edge },
		.cost = follower->visits.at[from].cost + cost,
	};
	heap_put(follower, (uint64_t)visit->cost << 32 | follower->visits.n++);
	return visit;
}

static uint32_t push(struct follower *follower, uint32_t on, enum stack_kind kind, uint64_t back,
		     struct code_function *function)
{
	return call_stacks_push(&follower->stacks, on, kind, back, function);
}

/* Reached: it stays if it is good enough. */
static void find(struct follower *follower, uint32_t from, const struct code_block *block,
		 enum path_edge edge, uint64_t next, uint32_t stack)
{
	const struct visit *visit = go(follower, from, block, edge, next, stack, 0);

	if (!visit)
		return;
	/* It is not gone on from. */
	for (size_t i = 0; i < follower->n_found; i++) {
		const struct way *other = &follower->visits.at[follower->found[i]].way;

		if (other->stack == stack && other->next == next)
			return;
	}
	if (follower->n_found < MAX_WAYS)
		follower->found[follower->n_found++] = (uint32_t)(visit - follower->visits.at);
}

static void go_return(struct follower *follower, uint32_t from, const struct code_block *block,
		      enum path_edge edge, uint32_t stack, uint32_t cost)
{
	uint64_t next = 0;
	const uint32_t parent = call_stacks_return(&follower->stacks, stack, &next);

	go(follower, from, block, edge, next, parent, cost);
}

/* A function that calls the wanted one, somehow. */
static void go_opaque(struct follower *follower, uint32_t from, const struct code_block *block,
		      bool is_tail, struct code_function *function, uint32_t stack, uint32_t cost)
{
	struct visit *visit;

	if (!follower->goal.entered)
		return;
	stack = push(follower, stack, is_tail ? STACK_OPAQUE_TAIL : STACK_OPAQUE,
		     is_tail ? 0 : block->end, function);
	visit = go(follower, from, block, is_tail ? EDGE_TAIL_OPAQUE : EDGE_OPAQUE, 0, stack, cost);
	if (visit)
		visit->is_unproven = function;
}

static void call(struct follower *follower, uint32_t from, const struct code_block *block,
		 uint32_t stack)
{
	struct code_function *callee = block->callee;
	struct code_function *entered = follower->goal.entered;

	if (callee && (callee->roles & CODE_PATCHED)) {
		go(follower, from, block, EDGE_OVER, block->end, stack, COST_OVER);
		if (entered)
			go(follower, from, block, EDGE_CALL_INDIRECT, entered->begin,
			   push(follower, stack, STACK_CALL, block->end, entered), COST_PATCHED);
		go_opaque(follower, from, block, false, NULL, stack, COST_UNLIKELY);
	} else if (callee && code_blocks_has_points(follower->blocks, callee)) {
		go(follower, from, block, EDGE_CALL, block->target,
		   push(follower, stack, STACK_CALL, block->end, callee), COST_SMALL);
	} else {
		go(follower, from, block, EDGE_OVER, block->end, stack, COST_OVER);
		go_opaque(follower, from, block, false, callee, stack, COST_OVER);
	}
}

/* Whether the goal may be what is recorded where a call returns to that address. */
static bool is_return(const struct follower *follower, uint64_t back)
{
	const uint64_t pc = follower->goal.pc;

	return !follower->goal.is_end && pc <= back &&
	       back - pc <= follower->blocks->machine->call_shrinks;
}

static void call_indirect(struct follower *follower, uint32_t from, const struct code_block *block,
			  uint32_t stack)
{
	const bool is_fixed = block->by.kind == OPERAND_MEMORY && block->by.base == NO_REGISTER &&
			      block->by.index == NO_REGISTER;
	struct code_function *entered = follower->goal.entered;

	if (is_return(follower, block->end) && !follower->goal.is_point)
		find(follower, from, block, EDGE_OVER_POINT, block->end, stack);
	go(follower, from, block, EDGE_OVER, block->end, stack,
	   is_fixed ? COST_OVER : COST_OVER_INDIRECT);
	if (entered)
		go(follower, from, block, EDGE_CALL_INDIRECT, entered->begin,
		   push(follower, stack, STACK_CALL, block->end, entered), COST_INDIRECT);
	go_opaque(follower, from, block, false, NULL, stack, COST_UNLIKELY);
}

/* A jump, or a branch that is taken. */
static void jump(struct follower *follower, uint32_t from, const struct code_block *block,
		 uint32_t stack, uint32_t cost)
{
	struct code_function *callee = block->callee;

	if (!callee) {
		go(follower, from, block, EDGE_TAKEN, block->target, stack, cost);
	} else if (code_blocks_has_points(follower->blocks, callee)) {
		go(follower, from, block, EDGE_TAIL, block->target,
		   push(follower, stack, STACK_TAIL, 0, callee), cost + COST_SMALL);
	} else {
		go_return(follower, from, block, EDGE_TAIL_OVER, stack, cost + COST_OVER);
		go_opaque(follower, from, block, true, callee, stack, cost + COST_OVER);
	}
}

static void jump_indirect(struct follower *follower, uint32_t from, const struct code_block *block,
			  uint32_t stack)
{
	struct code_function *entered = follower->goal.entered;

	for (size_t i = 0; i < block->n_targets; i++)
		go(follower, from, block, EDGE_TAKEN, block->targets[i], stack, COST_NONE);
	if (block->n_targets)
		return;
	go_return(follower, from, block, EDGE_TAIL_OVER, stack, COST_OVER_INDIRECT);
	if (entered)
		go(follower, from, block, EDGE_TAIL_INDIRECT, entered->begin,
		   push(follower, stack, STACK_TAIL, 0, entered), COST_INDIRECT);
	go_opaque(follower, from, block, true, NULL, stack, COST_UNLIKELY);
}

static void point_jump(struct follower *follower, uint32_t from, const struct code_block *block,
		       uint32_t stack)
{
	uint64_t back = 0;
	const uint32_t parent = call_stacks_return(&follower->stacks, stack, &back);

	if (parent == NO_STACK || follower->goal.is_end)
		return;
	if (back ? is_return(follower, back) : !follower->goal.is_point)
		find(follower, from, block, EDGE_POINT_RETURN, back, parent);
}

/* In a function of which the code is not followed. */
static void leave_opaque(struct follower *follower, uint32_t from, uint32_t stack)
{
	const struct call_stack *top = stack_of(follower, stack);
	struct code_function *entered = follower->goal.entered;

	if (follower->goal.is_end && stack == STACK_OF_NOTHING) {
		find(follower, from, NULL, EDGE_LEAVE, 0, stack);
		return;
	}
	if (entered)
		go(follower, from, NULL, EDGE_ENTER, entered->begin,
		   push(follower, stack, STACK_CALL, 0, entered), COST_ENTER);
	else if (!follower->goal.is_end && !follower->goal.is_point && top->function &&
		 follower->goal.pc > top->function->begin &&
		 follower->goal.pc <= top->function->end)
		find(follower, from, NULL, EDGE_OPAQUE_POINT, 0, stack);
	go_return(follower, from, NULL, EDGE_LEAVE, stack, COST_NONE);
}

/* All ways on from where a visit went. */
static void expand(struct follower *follower, uint32_t from)
{
	const struct way way = follower->visits.at[from].way;
	const struct code_block *block =
		way.next ? code_blocks_get(follower->blocks, way.next) : NULL;

	if (!way.next) {
		leave_opaque(follower, from, way.stack);
		return;
	}
	if (!block) {
		follower->err = -ENOMEM;
		return;
	}
	switch (block->flow) {
	case BLOCK_NEXT:
		go(follower, from, block, EDGE_NEXT, block->end, way.stack, COST_NONE);
		break;
	case BLOCK_POINT:
		if (!follower->goal.is_end && follower->goal.pc == block->end)
			find(follower, from, block, EDGE_POINT, block->end, way.stack);
		break;
	case BLOCK_POINT_JUMP:
		point_jump(follower, from, block, way.stack);
		break;
	case BLOCK_CALL:
		call(follower, from, block, way.stack);
		break;
	case BLOCK_CALL_INDIRECT:
		call_indirect(follower, from, block, way.stack);
		break;
	case BLOCK_JUMP:
		jump(follower, from, block, way.stack, COST_NONE);
		break;
	case BLOCK_JUMP_INDIRECT:
		jump_indirect(follower, from, block, way.stack);
		break;
	case BLOCK_BRANCH:
		go(follower, from, block, EDGE_NEXT, block->end, way.stack, COST_NONE);
		jump(follower, from, block, way.stack, COST_NONE);
		break;
	case BLOCK_KEY:
		go(follower, from, block, EDGE_NEXT, block->end, way.stack, COST_NONE);
		go(follower, from, block, EDGE_TAKEN, block->target, way.stack, COST_SMALL);
		break;
	case BLOCK_FAULT:
		go(follower, from, block, EDGE_NEXT, block->end, way.stack, COST_NONE);
		go(follower, from, block, EDGE_FAULT, block->target, way.stack, COST_SMALL);
		break;
	case BLOCK_TRAP:
		go(follower, from, block, EDGE_NEXT, block->end, way.stack, COST_TRAP);
		break;
	case BLOCK_RETURN:
		go_return(follower, from, block, EDGE_RETURN, way.stack, COST_SMALL);
		break;
	case BLOCK_END:
		break;
	}
}

/* Whose first PC it is, or NULL. What comes before is straight, but for a few branches. */
static struct code_function *find_entered(struct follower *follower, uint64_t pc)
{
	struct code_function *function = code_image_function(follower->blocks->image, pc - 1);
	uint64_t ways[MAX_ENTRY_BLOCKS];
	size_t n = 0;

	if (!function || (function->roles & CODE_PART))
		return NULL;
	ways[n++] = function->begin;
	for (size_t i = 0; i < n; i++) {
		const struct code_block *block = code_blocks_get(follower->blocks, ways[i]);

		if (!block)
			return NULL;
		if (block->flow == BLOCK_POINT && block->end == pc)
			return function;
		if (block->flow == BLOCK_POINT || n + 2 > MAX_ENTRY_BLOCKS)
			continue;
		if (block->flow == BLOCK_NEXT || block->flow == BLOCK_BRANCH ||
		    block->flow == BLOCK_KEY || block->flow == BLOCK_FAULT ||
		    (block->flow == BLOCK_CALL && block->callee &&
		     !code_blocks_has_points(follower->blocks, block->callee)))
			ways[n++] = block->end;
		if ((block->flow == BLOCK_BRANCH || block->flow == BLOCK_JUMP ||
		     block->flow == BLOCK_KEY) &&
		    !block->callee)
			ways[n++] = block->target;
	}
	return NULL;
}

/*
 * That a function without points calls the wanted one is looked at when nothing cheaper is left. If
 * it does not, by direct calls, it may still do so by others.
 */
static bool is_refuted(struct follower *follower, uint32_t at)
{
	struct visit *visit = &follower->visits.at[at];
	struct code_function *function = stack_of(follower, visit->way.stack)->function;

	if (!visit->is_unproven)
		return false;
	visit->is_unproven = false;
	if (callees_reach(follower->blocks, function, follower->goal.entered))
		return false;
	visit->cost += COST_UNLIKELY;
	heap_put(follower, (uint64_t)visit->cost << 32 | at);
	return true;
}

static void begin_search(struct follower *follower)
{
	follower->visits.n = 0;
	follower->heap.n = 0;
	follower->n_found = 0;
	follower->n_visited = 0;
	if (!++follower->round) {
		memset(follower->slots, 0, N_SLOTS * sizeof(*follower->slots));
		follower->round = 1;
	}
	if (!array_reserve(&follower->visits, MAX_WAYS)) {
		follower->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < follower->n_now; i++) {
		const struct way *way = &follower->ways.at[follower->now[i].way];

		follower->visits.at[i] = (struct visit){
			.way = { follower->now[i].way, way->stack, NULL, way->next, EDGE_NONE },
			.cost = follower->now[i].cost - follower->now[0].cost,
			.is_first = true,
		};
		heap_put(follower, (uint64_t)follower->visits.at[i].cost << 32 | i);
	}
	follower->visits.n = follower->n_now;
}

/* Something else may run from where it is now, which then goes on there. */
static void go_interrupted(struct follower *follower)
{
	for (uint32_t i = 0; i < follower->n_now && follower->goal.entered; i++) {
		const struct way way = follower->visits.at[i].way;

		if (way.next)
			go(follower, i, NULL, EDGE_INTERRUPT, 0,
			   push(follower, way.stack, STACK_INTERRUPT, way.next, NULL),
			   COST_INTERRUPT);
	}
}

/* The cheapest ways to the goal. Those that are found are in the order of their costs. */
static void search(struct follower *follower)
{
	begin_search(follower);
	go_interrupted(follower);
	while (follower->heap.n && follower->n_found < MAX_WAYS && !follower->err) {
		const uint32_t at = (uint32_t)heap_take(follower);
		const struct visit *visit = &follower->visits.at[at];

		if (follower->n_found &&
		    visit->cost > follower->visits.at[follower->found[0]].cost + SLACK)
			break;
		/* What was found is put into the heap, too: it ends there. */
		if (!visit->is_first &&
		    (visit->way.edge == EDGE_POINT || visit->way.edge == EDGE_POINT_RETURN ||
		     visit->way.edge == EDGE_OVER_POINT || visit->way.edge == EDGE_OPAQUE_POINT))
			continue;
		if (is_refuted(follower, at) ||
		    visit_once(follower, visit->way.next, visit->way.stack))
			continue;
		follower->work++;
		if (++follower->n_visited > MAX_VISITS)
			break;
		expand(follower, at);
	}
}

/* Keep a way, with all of it that is not kept yet. NO_WAY: no memory. */
static uint32_t keep(struct follower *follower, uint32_t visit)
{
	const struct visit *visits = follower->visits.at;
	size_t n = 0, at;

	for (uint32_t i = visit; !visits[i].is_first; i = visits[i].way.parent)
		n++;
	if (!array_reserve(&follower->ways, n + 1)) {
		follower->err = -ENOMEM;
		return NO_WAY;
	}
	at = follower->ways.n + n;
	follower->ways.n = at;
	for (; !visits[visit].is_first; visit = visits[visit].way.parent) {
		follower->ways.at[--at] = visits[visit].way;
		follower->ways.at[at].parent = (uint32_t)at - 1;
	}
	if (!n)
		return visits[visit].way.parent;
	follower->ways.at[at].parent = visits[visit].way.parent;
	return (uint32_t)(at + n - 1);
}

/* What was found is where it is now. */
static void advance(struct follower *follower)
{
	const uint32_t best = follower->visits.at[follower->found[0]].cost;

	for (size_t i = 0; i < follower->n_found && !follower->err; i++) {
		follower->now[i].cost = follower->visits.at[follower->found[i]].cost - best;
		follower->now[i].way = keep(follower, follower->found[i]);
	}
	follower->n_now = follower->n_found;
}

static uint32_t add_way(struct follower *follower, uint32_t parent, enum path_edge edge,
			uint64_t next, uint32_t stack)
{
	if (stack == NO_STACK || !array_reserve(&follower->ways, 1)) {
		follower->err = stack == NO_STACK ? -E2BIG : -ENOMEM;
		return NO_WAY;
	}
	follower->ways.at[follower->ways.n] =
		(struct way){ parent, stack, NULL, next, (uint8_t)edge };
	return (uint32_t)follower->ways.n++;
}

/* The thread is taken up in the nearest frame of the PC's function, if there is one. */
static bool resume_in_frame(struct follower *follower, uint64_t pc)
{
	const struct code_function *function = code_image_function(follower->blocks->image, pc - 1);
	uint32_t way = follower->now[0].way, stack = follower->ways.at[way].stack;
	uint64_t back;

	while (stack != NO_STACK && stack_of(follower, stack)->function != function)
		stack = call_stacks_return(&follower->stacks, stack, &back);
	if (stack == NO_STACK || !function)
		return false;
	for (uint32_t top = follower->ways.at[way].stack; top != stack && !follower->err;) {
		top = call_stacks_return(&follower->stacks, top, &back);
		way = add_way(follower, way, EDGE_LOST_FRAME, back, top);
	}
	if (!follower->err)
		follower->now[0].way = add_way(follower, way, EDGE_LOST, pc, stack);
	return true;
}

/* Or as if it had been interrupted by what the PC is in. */
static void resume_anew(struct follower *follower, uint64_t pc)
{
	struct code_function *function = code_image_function(follower->blocks->image, pc - 1);
	const struct way *way = &follower->ways.at[follower->now[0].way];
	uint32_t stack = way->stack, last = follower->now[0].way;

	if (way->next) {
		stack = push(follower, stack, STACK_INTERRUPT, way->next, NULL);
		last = add_way(follower, last, EDGE_INTERRUPT, 0, stack);
	}
	if (follower->err)
		return;
	stack = push(follower, stack, STACK_CALL, 0, function);
	last = add_way(follower, last, EDGE_ENTER, function ? function->begin : 0, stack);
	if (!follower->err)
		follower->now[0].way = add_way(follower, last, EDGE_LOST, pc, stack);
}

static int lose(struct follower *follower, size_t pc, struct call_path *path)
{
	const uint64_t address = follower->goal.pc;
	const uint32_t last = follower->now[0].way;

	if (!array_reserve(&path->gaps, 1))
		return -ENOMEM;
	follower->n_now = 1;
	/* What is no code changes nothing. */
	if (!code_image_function(follower->blocks->image, address - 1))
		follower->now[0].way =
			add_way(follower, last, EDGE_LOST, follower->ways.at[last].next,
				follower->ways.at[last].stack);
	else if (!resume_in_frame(follower, address))
		resume_anew(follower, address);
	path->gaps.at[path->gaps.n++] = (struct path_gap){ (uint32_t)pc, follower->now[0].way };
	return follower->err;
}

static int follow_pc(struct follower *follower, uint64_t pc, size_t i, struct call_path *path)
{
	follower->goal =
		(struct goal){ .pc = pc, .is_point = code_blocks_is_point(follower->blocks, pc) };
	if (follower->goal.is_point)
		follower->goal.entered = find_entered(follower, pc);
	search(follower);
	if (follower->err)
		return follower->err;
	if (follower->ways.n > CALL_PATH_MAX_STEPS || follower->work > CALL_PATH_MAX_WORK)
		return -E2BIG;
	if (!follower->n_found)
		return lose(follower, i, path);
	advance(follower);
	return follower->err;
}

/* Up to where the call returns, if it does. */
static int follow_end(struct follower *follower)
{
	follower->goal = (struct goal){ .is_end = true };
	search(follower);
	if (!follower->err && follower->n_found)
		advance(follower);
	return follower->err;
}

static int follower_init(struct follower *follower, struct code_blocks *blocks)
{
	*follower = (struct follower){ .blocks = blocks,
				       .slots = calloc(N_SLOTS, sizeof(*follower->slots)) };
	if (!follower->slots || call_stacks_init(&follower->stacks))
		return -ENOMEM;
	follower->now[0].way = add_way(follower, NO_WAY, EDGE_NONE, 0, STACK_OF_NOTHING);
	follower->n_now = 1;
	return follower->err;
}

static void follower_fini(struct follower *follower)
{
	call_stacks_fini(&follower->stacks);
	free(follower->ways.at);
	free(follower->visits.at);
	free(follower->heap.at);
	free(follower->slots);
}

static uint32_t add_frame(struct call_path *path, uint32_t parent, uint8_t how,
			  struct code_function *function)
{
	if (!array_reserve(&path->frames, 1))
		return NO_FRAME;
	path->frames.at[path->frames.n] = (struct path_frame){
		.function = function,
		.parent = parent,
		.entered = (uint32_t)path->steps.n,
		.left = UINT32_MAX,
		.how = how,
	};
	return (uint32_t)path->frames.n++;
}

/* The frame that goes on when one returns. */
static uint32_t leave_frame(struct call_path *path, uint32_t frame)
{
	bool is_tail;

	do {
		struct path_frame *left = &path->frames.at[frame];

		if (left->parent == NO_FRAME)
			return frame;
		is_tail = path_frame_is_tail(left);
		left->left = (uint32_t)path->steps.n;
		frame = left->parent;
	} while (is_tail);
	return frame;
}

static void count_pc(struct call_path *path, uint32_t frame, uint32_t pc)
{
	struct path_frame *at = &path->frames.at[frame];

	if (!at->n_pcs++)
		at->first_pc = pc;
}

/* The frame that runs behind a step; NO_FRAME: no memory. */
static uint32_t frame_behind(struct call_path *path, const struct follower *follower,
			     const struct way *way, uint32_t frame)
{
	switch (way->edge) {
	case EDGE_CALL:
	case EDGE_CALL_INDIRECT:
	case EDGE_TAIL:
	case EDGE_TAIL_INDIRECT:
	case EDGE_OPAQUE:
	case EDGE_TAIL_OPAQUE:
	case EDGE_ENTER:
	case EDGE_INTERRUPT:
		return add_frame(path, frame, way->edge, stack_of(follower, way->stack)->function);
	case EDGE_RETURN:
	case EDGE_POINT_RETURN:
	case EDGE_TAIL_OVER:
	case EDGE_LEAVE:
	case EDGE_LOST_FRAME:
		return leave_frame(path, frame);
	default:
		return frame;
	}
}

static bool is_pc(const struct way *way)
{
	return way->edge == EDGE_POINT || way->edge == EDGE_POINT_RETURN ||
	       way->edge == EDGE_OVER_POINT || way->edge == EDGE_OPAQUE_POINT ||
	       way->edge == EDGE_LOST;
}

/* Gaps are of ways until it is known which are taken; both are in their order. */
static void place_gaps(struct call_path *path, size_t *gap, uint32_t way)
{
	while (*gap < path->gaps.n && path->gaps.at[*gap].step <= way)
		path->gaps.at[(*gap)++].step = (uint32_t)path->steps.n;
}

static int write_path(const struct follower *follower, struct call_path *path)
{
	uint32_t frame = add_frame(path, NO_FRAME, EDGE_NONE, NULL), pc = 0;
	size_t n = 0, gap = 0;
	uint32_t *ways;

	for (uint32_t way = follower->now[0].way; way != NO_WAY;
	     way = follower->ways.at[way].parent)
		n++;
	ways = calloc(n, sizeof(*ways));
	if (frame == NO_FRAME || !ways || !array_reserve(&path->steps, n)) {
		free(ways);
		return -ENOMEM;
	}
	for (uint32_t way = follower->now[0].way; n; way = follower->ways.at[way].parent)
		ways[--n] = way;
	for (size_t i = 0; frame != NO_FRAME; i++) {
		const struct way *way = &follower->ways.at[ways[i]];

		place_gaps(path, &gap, ways[i]);
		if (is_pc(way))
			count_pc(path, frame, pc++);
		path->steps.at[path->steps.n++] =
			(struct path_step){ way->block, way->next, frame, way->edge };
		frame = frame_behind(path, follower, way, frame);
		if (ways[i] == follower->now[0].way)
			break;
	}
	free(ways);
	return frame == NO_FRAME ? -ENOMEM : 0;
}

int call_path_find(struct code_blocks *blocks, const uint64_t *pcs, size_t n, struct call_path *ret)
{
	struct follower follower;
	struct call_path path = { 0 };
	int err = follower_init(&follower, blocks);

	if (n > CALL_PATH_MAX_PCS)
		err = -E2BIG;
	for (size_t i = 0; i < n && !err; i++)
		err = follow_pc(&follower, pcs[i], i, &path);
	if (!err && n && path.gaps.n == n)
		err = -ENODATA;
	if (!err)
		err = follow_end(&follower);
	if (!err)
		err = write_path(&follower, &path);
	follower_fini(&follower);
	if (err)
		call_path_fini(&path);
	else
		*ret = path;
	return err;
}

void call_path_fini(struct call_path *path)
{
	free(path->steps.at);
	free(path->frames.at);
	free(path->gaps.at);
	*path = (struct call_path){ 0 };
}
