// SPDX-License-Identifier: MIT
#include "symbolic.h"

#include "../base/array.h"
#include "../base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* What an address counts from that no value is. */
	ROOT_NONE = 0,
	ROOT_STACK = UINT32_MAX,
	ROOT_IMAGE = UINT32_MAX - 1,
	ROOT_LOCAL = UINT32_MAX - 2,
	/* How far below what it interrupts a function keeps its own. */
	STACK_DISTANCE = 1 << 20,
	FIRST_SLOTS = 1024,
	/* Of one call. */
	MAX_VALUES = 1 << 23,
	/* Of operations upon operations. */
	MAX_DEPTH = 6,
	/* Places in memory that may hold what a test was of. */
	MAX_LOOKED_AT = 1 << 15,
};

static uint32_t add_value(struct symbolic *symbolic, const struct value *value)
{
	if (symbolic->values.n >= MAX_VALUES)
		symbolic->err = -E2BIG;
	else if (!array_reserve(&symbolic->values, 1))
		symbolic->err = -ENOMEM;
	if (symbolic->err)
		return VALUE_ANYTHING;
	symbolic->values.at[symbolic->values.n] = *value;
	symbolic->values.at[symbolic->values.n].step = symbolic->step;
	return (uint32_t)symbolic->values.n++;
}

static uint32_t add_constant(struct symbolic *symbolic, int64_t number, uint64_t address)
{
	return add_value(
		symbolic,
		&(struct value){ .kind = VALUE_CONSTANT, .number = number, .address = address });
}

/* The same number, made where another value was. */
static uint32_t change_constant(struct symbolic *symbolic, uint32_t of, int64_t number)
{
	struct value value = symbolic->values.at[of];
	uint32_t ret;

	if (value.number == number)
		return of;
	value.number = number;
	ret = add_value(symbolic, &value);
	symbolic->values.at[ret].step = value.step;
	return ret;
}

static bool is_constant(const struct symbolic *symbolic, uint32_t value)
{
	return symbolic->values.at[value].kind == VALUE_CONSTANT;
}

static void put(struct symbolic *symbolic, uint32_t place, uint32_t value)
{
	struct symbolic_log *log = symbolic->is_trying ? &symbolic->tried : &symbolic->log;

	if (place == NO_PLACE || symbolic->places.at[place] == value)
		return;
	if (!array_reserve(log, 1)) {
		symbolic->err = -ENOMEM;
		return;
	}
	log->at[log->n++] = (struct symbolic_write){ place, symbolic->places.at[place], value };
	symbolic->places.at[place] = value;
}

static size_t slot_of(const struct symbolic *symbolic, uint32_t root, int64_t distance)
{
	size_t slot = hash_number(hash_number(HASH_EMPTY, root), (uint64_t)distance) &
		      (symbolic->n_slots - 1);

	while (symbolic->slots[slot]) {
		const struct symbolic_cell *cell = &symbolic->cells.at[symbolic->slots[slot] - 1];

		if (cell->root == root && cell->distance == distance)
			break;
		slot = (slot + 1) & (symbolic->n_slots - 1);
	}
	return slot;
}

static int grow_slots(struct symbolic *symbolic)
{
	const size_t n = symbolic->n_slots ? 2 * symbolic->n_slots : FIRST_SLOTS;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(symbolic->slots);
	symbolic->slots = slots;
	symbolic->n_slots = n;
	for (size_t i = 0; i < symbolic->cells.n; i++) {
		const struct symbolic_cell *cell = &symbolic->cells.at[i];

		slots[slot_of(symbolic, cell->root, cell->distance)] = (uint32_t)i + 1;
	}
	return 0;
}

/* Of memory, made if need be. */
static uint32_t find_place(struct symbolic *symbolic, uint32_t root, int64_t distance)
{
	size_t slot;

	if (root == ROOT_NONE)
		return NO_PLACE;
	if (2 * symbolic->cells.n >= symbolic->n_slots && grow_slots(symbolic)) {
		symbolic->err = -ENOMEM;
		return NO_PLACE;
	}
	slot = slot_of(symbolic, root, distance);
	if (symbolic->slots[slot])
		return PLACE_MEMORY + symbolic->slots[slot] - 1;
	if (!array_reserve(&symbolic->cells, 1) || !array_reserve(&symbolic->places, 1)) {
		symbolic->err = -ENOMEM;
		return NO_PLACE;
	}
	symbolic->cells.at[symbolic->cells.n++] = (struct symbolic_cell){ root, distance };
	symbolic->places.at[symbolic->places.n++] = VALUE_NONE;
	symbolic->slots[slot] = (uint32_t)symbolic->cells.n;
	return PLACE_MEMORY + (uint32_t)symbolic->cells.n - 1;
}

/* A value as something to count from. */
static uint32_t root_of(const struct symbolic *symbolic, uint32_t value, int64_t *distance)
{
	const struct value *at = &symbolic->values.at[value];

	if (at->kind == VALUE_SUM) {
		*distance += at->number;
		return at->a;
	}
	if (at->kind == VALUE_STACK || at->kind == VALUE_CONSTANT) {
		*distance += at->number;
		return at->kind == VALUE_STACK ? ROOT_STACK : ROOT_IMAGE;
	}
	return value == VALUE_ANYTHING ? ROOT_NONE : value;
}

/* ROOT_NONE: where the operand is depends on an index. */
static uint32_t address_of(const struct symbolic *symbolic, const struct operand *operand,
			   int64_t *distance)
{
	uint32_t root = ROOT_IMAGE;

	*distance = operand->value;
	if (operand->index != NO_REGISTER) {
		const uint32_t index = symbolic_register(symbolic, operand->index);

		if (!is_constant(symbolic, index))
			return ROOT_NONE;
		*distance += symbolic->values.at[index].number * operand->scale;
	}
	if (operand->base != NO_REGISTER)
		root = root_of(symbolic, symbolic_register(symbolic, operand->base), distance);
	return operand->is_local && root == ROOT_IMAGE ? ROOT_LOCAL : root;
}

static uint32_t read_memory(struct symbolic *symbolic, const struct operand *operand,
			    uint64_t address)
{
	int64_t distance;
	const uint32_t root = address_of(symbolic, operand, &distance);
	const uint32_t place = find_place(symbolic, root, distance);
	uint32_t value;

	if (place != NO_PLACE && symbolic->places.at[place])
		return symbolic->places.at[place];
	value = add_value(symbolic, &(struct value){ .kind = VALUE_LOAD,
						     .a = root,
						     .number = operand->base == NO_REGISTER &&
							       operand->index != NO_REGISTER,
						     .address = address });
	put(symbolic, place, value);
	return value;
}

static uint32_t read_operand(struct symbolic *symbolic, const struct operand *operand,
			     uint64_t address)
{
	switch (operand->kind) {
	case OPERAND_REGISTER:
		return symbolic_register(symbolic, operand->reg);
	case OPERAND_CONSTANT:
		return add_constant(symbolic, operand->value, address);
	case OPERAND_MEMORY:
		return read_memory(symbolic, operand, address);
	default:
		return VALUE_ANYTHING;
	}
}

static int64_t cut(int64_t number, uint8_t size)
{
	return size == 4   ? (int64_t)(uint32_t)number
	       : size == 2 ? (int64_t)(uint16_t)number
	       : size == 1 ? (int64_t)(uint8_t)number
			   : number;
}

static int64_t extend(int64_t number, uint8_t size)
{
	return size == 4   ? (int32_t)number
	       : size == 2 ? (int16_t)number
	       : size == 1 ? (int8_t)number
			   : number;
}

static void write_operand(struct symbolic *symbolic, const struct operand *operand, uint32_t value)
{
	int64_t distance;

	if (is_constant(symbolic, value))
		value = change_constant(symbolic, value,
					cut(symbolic->values.at[value].number, operand->size));
	if (operand->kind == OPERAND_REGISTER) {
		put(symbolic, operand->reg, value);
	} else if (operand->kind == OPERAND_MEMORY) {
		const uint32_t root = address_of(symbolic, operand, &distance);

		put(symbolic, find_place(symbolic, root, distance), value);
	}
}

static bool fold(enum op_kind kind, int64_t a, int64_t b, int64_t *ret)
{
	switch (kind) {
	case OP_ADD:
		*ret = (int64_t)((uint64_t)a + (uint64_t)b);
		return true;
	case OP_SUBTRACT:
		*ret = (int64_t)((uint64_t)a - (uint64_t)b);
		return true;
	case OP_AND:
		*ret = a & b;
		return true;
	case OP_OR:
		*ret = a | b;
		return true;
	case OP_XOR:
		*ret = a ^ b;
		return true;
	case OP_SHIFT_LEFT:
		*ret = (int64_t)((uint64_t)a << (b & 63));
		return true;
	case OP_SHIFT_RIGHT:
		*ret = (int64_t)((uint64_t)a >> (b & 63));
		return true;
	case OP_SHIFT_SIGNED:
		*ret = a >> (b & 63);
		return true;
	default:
		return false;
	}
}

static uint32_t add_sum(struct symbolic *symbolic, uint32_t of, int64_t number, uint64_t address)
{
	const struct value *at = &symbolic->values.at[of];

	if (!number || of == VALUE_ANYTHING)
		return of;
	if (at->kind == VALUE_STACK || at->kind == VALUE_SUM)
		return add_value(symbolic, &(struct value){ .kind = at->kind,
							    .a = at->a,
							    .number = at->number + number,
							    .address = address });
	return add_value(symbolic, &(struct value){ .kind = VALUE_SUM,
						    .a = of,
						    .number = number,
						    .address = address });
}

static bool is_same_place(const struct op *op)
{
	return op->a.kind == OPERAND_REGISTER && op->b.kind == OPERAND_REGISTER &&
	       op->a.reg == op->b.reg;
}

static uint32_t binary(struct symbolic *symbolic, const struct op *op, uint32_t a, uint32_t b)
{
	const struct value *left = &symbolic->values.at[a], *right = &symbolic->values.at[b];
	const bool is_number = right->kind == VALUE_CONSTANT;
	int64_t number;

	if ((op->kind == OP_XOR || op->kind == OP_SUBTRACT) && is_same_place(op))
		return add_constant(symbolic, 0, op->address);
	if (op->kind == OP_OR && is_number && extend(right->number, op->to.size) == -1)
		return add_constant(symbolic, -1, op->address);
	if (left->kind == VALUE_CONSTANT && is_number &&
	    fold(op->kind,
		 op->kind == OP_SHIFT_SIGNED ? extend(left->number, op->to.size) : left->number,
		 right->number, &number))
		return add_constant(symbolic, cut(number, op->to.size), op->address);
	if (op->kind == OP_ADD && is_number)
		return add_sum(symbolic, a, extend(right->number, op->b.size), op->address);
	if (op->kind == OP_ADD && left->kind == VALUE_CONSTANT)
		return add_sum(symbolic, b, left->number, op->address);
	if (op->kind == OP_SUBTRACT && is_number)
		return add_sum(symbolic, a, -extend(right->number, op->b.size), op->address);
	return add_value(symbolic, &(struct value){ .kind = VALUE_OP,
						    .op = op->kind,
						    .size = op->to.size,
						    .a = a,
						    .b = b,
						    .flags = symbolic->places.at[PLACE_FLAGS],
						    .address = op->address });
}

static uint32_t unary(struct symbolic *symbolic, const struct op *op, uint32_t a)
{
	const struct value *of = &symbolic->values.at[a];

	if (of->kind == VALUE_CONSTANT) {
		const int64_t number = extend(of->number, op->to.size);

		return change_constant(
			symbolic, a,
			cut(op->kind == OP_NEGATE ? (int64_t)(0 - (uint64_t)number) : ~number,
			    op->to.size));
	}
	return add_value(symbolic, &(struct value){ .kind = VALUE_OP,
						    .op = op->kind,
						    .size = op->to.size,
						    .a = a,
						    .address = op->address });
}

static uint32_t sign_extend(struct symbolic *symbolic, const struct op *op, uint32_t a)
{
	const struct value *of = &symbolic->values.at[a];

	return of->kind == VALUE_CONSTANT
		       ? change_constant(symbolic, a, extend(of->number, op->a.size))
		       : a;
}

static uint32_t conditional(struct symbolic *symbolic, const struct op *op, uint32_t a, uint32_t b)
{
	const uint32_t flags = symbolic->places.at[PLACE_FLAGS];
	const int is = symbolic_decide(symbolic, flags, op->condition);

	if (is >= 0)
		return is ? a : b;
	return add_value(symbolic, &(struct value){ .kind = VALUE_OP,
						    .op = op->kind,
						    .condition = op->condition,
						    .size = op->to.size,
						    .a = a,
						    .b = b,
						    .flags = flags,
						    .address = op->address });
}

/* base + index * scale + value, of what may be a few numbers. */
static uint32_t add_product(struct symbolic *symbolic, const struct op *op)
{
	const struct operand *of = &op->a;
	struct value value = { .kind = VALUE_OP,
			       .op = OP_SHIFT_LEFT,
			       .size = op->to.size,
			       .a = symbolic_register(symbolic, of->index),
			       .address = op->address };
	const uint32_t shift = (uint32_t)__builtin_ctz(of->scale ? of->scale : 1);

	if (shift) {
		value.b = add_constant(symbolic, shift, op->address);
		value.a = add_value(symbolic, &value);
	}
	if (of->base != NO_REGISTER) {
		value.op = OP_ADD;
		value.b = symbolic_register(symbolic, of->base);
		value.a = add_value(symbolic, &value);
	}
	return add_sum(symbolic, value.a, of->value, op->address);
}

static uint32_t find_address(struct symbolic *symbolic, const struct op *op)
{
	int64_t distance;
	const uint32_t root = address_of(symbolic, &op->a, &distance);

	if (root == ROOT_STACK)
		return add_value(symbolic, &(struct value){ .kind = VALUE_STACK,
							    .number = distance,
							    .address = op->address });
	if (root == ROOT_IMAGE)
		return add_constant(symbolic, distance, op->address);
	if (root != ROOT_NONE && root != ROOT_LOCAL)
		return add_sum(symbolic, root, distance, op->address);
	if (root == ROOT_NONE && op->a.index != NO_REGISTER)
		return add_product(symbolic, op);
	return add_value(symbolic,
			 &(struct value){ .kind = VALUE_UNKNOWN, .address = op->address });
}

static void set_flags(struct symbolic *symbolic, enum op_kind kind, uint8_t size, uint32_t a,
		      uint32_t b, uint64_t address)
{
	put(symbolic, PLACE_FLAGS,
	    add_value(symbolic, &(struct value){ .kind = VALUE_FLAGS,
						 .op = (uint8_t)kind,
						 .size = size,
						 .a = a,
						 .b = b,
						 .address = address }));
}

static void move_stack(struct symbolic *symbolic, int64_t distance)
{
	const uint8_t sp = symbolic->machine->stack_pointer;

	put(symbolic, sp, add_sum(symbolic, symbolic_register(symbolic, sp), distance, 0));
}

static struct operand top_of_stack(const struct symbolic *symbolic)
{
	return (struct operand){ .kind = OPERAND_MEMORY,
				 .size = 8,
				 .base = symbolic->machine->stack_pointer,
				 .index = NO_REGISTER };
}

static void push(struct symbolic *symbolic, const struct op *op)
{
	const struct operand top = top_of_stack(symbolic);
	const uint32_t value = read_operand(symbolic, &op->a, op->address);

	move_stack(symbolic, -8);
	write_operand(symbolic, &top, value);
}

static void pop(struct symbolic *symbolic, const struct op *op)
{
	const struct operand top = top_of_stack(symbolic);
	const uint32_t value = read_operand(symbolic, &top, op->address);

	move_stack(symbolic, 8);
	write_operand(symbolic, &op->to, value);
}

static void swap(struct symbolic *symbolic, const struct op *op)
{
	const uint32_t a = read_operand(symbolic, &op->to, op->address);
	const uint32_t b = read_operand(symbolic, &op->a, op->address);

	write_operand(symbolic, &op->to, b);
	write_operand(symbolic, &op->a, a);
}

/* What it writes is known no more. */
static void forget_written(struct symbolic *symbolic, uint32_t registers, uint64_t address)
{
	for (uint8_t reg = 0; registers; reg++, registers >>= 1)
		if (registers & 1)
			put(symbolic, reg,
			    add_value(symbolic, &(struct value){ .kind = VALUE_UNKNOWN,
								 .address = address }));
}

/* What calls may use and nobody reads behind them. */
static void clobber(struct symbolic *symbolic, uint32_t registers)
{
	for (uint8_t reg = 0; registers; reg++, registers >>= 1)
		if (registers & 1)
			put(symbolic, reg, VALUE_ANYTHING);
}

static void run_unknown(struct symbolic *symbolic, const struct op *op)
{
	forget_written(symbolic, op->written, op->address);
	if (op->to.kind == OPERAND_MEMORY)
		write_operand(symbolic, &op->to,
			      add_value(symbolic, &(struct value){ .kind = VALUE_UNKNOWN,
								   .address = op->address }));
	if (op->sets_flags)
		put(symbolic, PLACE_FLAGS, VALUE_ANYTHING);
}

/* What it makes of its operands, and the flags that it sets by that. */
static void run_value(struct symbolic *symbolic, const struct op *op)
{
	const uint32_t a = read_operand(symbolic, &op->a, op->address);
	const uint32_t b = read_operand(symbolic, &op->b, op->address);
	uint32_t value = a;

	if (op->kind == OP_NEGATE || op->kind == OP_INVERT)
		value = unary(symbolic, op, a);
	else if (op->kind == OP_SIGN_EXTEND)
		value = sign_extend(symbolic, op, a);
	else if (op->kind == OP_SELECT)
		value = conditional(symbolic, op, a, b);
	else if (op->kind != OP_MOVE)
		value = binary(symbolic, op, a, b);
	if (op->sets_flags && op->kind == OP_SUBTRACT)
		set_flags(symbolic, OP_COMPARE, op->to.size, a, b, op->address);
	else if (op->sets_flags)
		set_flags(symbolic, OP_TEST, op->to.size, value, value, op->address);
	write_operand(symbolic, &op->to, value);
}

static void run_set(struct symbolic *symbolic, const struct op *op)
{
	const uint32_t one = add_constant(symbolic, 1, op->address);
	const uint32_t zero = add_constant(symbolic, 0, op->address);

	write_operand(symbolic, &op->to, conditional(symbolic, op, one, zero));
}

static void run(struct symbolic *symbolic, const struct op *op)
{
	switch (op->kind) {
	case OP_UNKNOWN:
		run_unknown(symbolic, op);
		break;
	case OP_ADDRESS:
		write_operand(symbolic, &op->to, find_address(symbolic, op));
		break;
	case OP_COMPARE:
	case OP_TEST: {
		const uint32_t a = read_operand(symbolic, &op->a, op->address);
		const uint32_t b = read_operand(symbolic, &op->b, op->address);

		set_flags(symbolic, op->kind, op->a.size, a, b, op->address);
		break;
	}
	case OP_SET:
		run_set(symbolic, op);
		break;
	case OP_SWAP:
		swap(symbolic, op);
		break;
	case OP_PUSH:
		push(symbolic, op);
		break;
	case OP_POP:
		pop(symbolic, op);
		break;
	default:
		run_value(symbolic, op);
	}
}

static void run_block(struct symbolic *symbolic, const struct code_block *block)
{
	for (size_t i = 0; block && i < block->n_ops && !symbolic->err; i++)
		run(symbolic, &block->ops[i]);
}

/* What a call that is not followed leaves behind. */
static void run_call(struct symbolic *symbolic, const char *function, uint64_t callee,
		     uint64_t address)
{
	const struct call_effect effect = symbolic->machine->effect(function);
	const uint32_t result = add_value(symbolic, &(struct value){ .kind = VALUE_RESULT,
								     .number = (int64_t)callee,
								     .address = address });

	clobber(symbolic, effect.clobbers & ~effect.results);
	for (uint8_t reg = 0; reg < MACHINE_REGISTERS; reg++)
		if (effect.results & UINT32_C(1) << reg)
			put(symbolic, reg, result);
	put(symbolic, PLACE_FLAGS, VALUE_ANYTHING);
}

static void run_block_call(struct symbolic *symbolic, const struct code_block *block)
{
	const struct code_function *callee = block->callee;

	run_call(symbolic, callee ? callee->name : NULL, callee ? callee->begin : 0, block->last);
}

static void run_fault(struct symbolic *symbolic, const struct code_block *block)
{
	int64_t number;
	const uint8_t reg = symbolic->machine->fixup(block->fixup, &number);

	if (reg != NO_REGISTER)
		put(symbolic, reg, add_constant(symbolic, number, block->last));
}

/* Its callers go on as if nothing had been, but for what it returns. */
static void restore(struct symbolic *symbolic, uint32_t frame)
{
	const struct path_frame *frames = symbolic->path->frames.at;
	uint32_t saved = symbolic->machine->callee_saved;
	const uint32_t *entry;

	while (path_frame_is_tail(&frames[frame]))
		frame = frames[frame].parent;
	entry = symbolic->entries[frame];
	if (frames[frame].how == EDGE_INTERRUPT)
		saved = UINT32_MAX;
	for (uint8_t reg = 0; reg < MACHINE_REGISTERS; reg++)
		if (saved & UINT32_C(1) << reg)
			put(symbolic, reg, entry[reg]);
	if (frames[frame].how == EDGE_INTERRUPT)
		put(symbolic, PLACE_FLAGS, entry[PLACE_FLAGS]);
}

/* What the callee that is left was not followed in. */
static void leave(struct symbolic *symbolic, uint32_t frame)
{
	const struct path_frame *left = &symbolic->path->frames.at[frame];
	const struct code_block *block;

	if (left->parent == NO_FRAME)
		return;
	block = symbolic->path->steps.at[left->entered - 1].block;
	if (left->how != EDGE_INTERRUPT)
		run_call(symbolic, NULL, left->function ? left->function->begin : 0,
			 block ? block->last : 0);
	restore(symbolic, frame);
}

/* Something that is not known runs, somewhere else on the stack. */
static void enter_unknown(struct symbolic *symbolic)
{
	for (uint8_t reg = 0; reg < MACHINE_REGISTERS; reg++)
		if (reg != symbolic->machine->stack_pointer)
			put(symbolic, reg, VALUE_ANYTHING);
	put(symbolic, PLACE_FLAGS, VALUE_ANYTHING);
	move_stack(symbolic, -STACK_DISTANCE);
}

/* The frame that a step enters is the one that the next step runs in. */
static void begin_frame(struct symbolic *symbolic, uint32_t step)
{
	const uint32_t frame = step + 1 < symbolic->path->steps.n
				       ? symbolic->path->steps.at[step + 1].frame
				       : NO_FRAME;

	if (frame != NO_FRAME)
		memcpy(symbolic->entries[frame], symbolic->places.at,
		       sizeof(symbolic->entries[frame]));
}

static void run_edge(struct symbolic *symbolic, uint32_t step)
{
	const struct path_step *at = &symbolic->path->steps.at[step];

	switch (at->edge) {
	case EDGE_POINT:
		clobber(symbolic, symbolic->machine->effect(NULL).clobbers);
		break;
	case EDGE_FAULT:
		run_fault(symbolic, at->block);
		break;
	case EDGE_OVER:
	case EDGE_OVER_POINT:
		run_block_call(symbolic, at->block);
		break;
	case EDGE_TAIL_OVER:
		run_block_call(symbolic, at->block);
		restore(symbolic, at->frame);
		break;
	case EDGE_CALL:
	case EDGE_CALL_INDIRECT:
	case EDGE_OPAQUE:
	case EDGE_TAIL_OPAQUE:
	case EDGE_TAIL:
	case EDGE_TAIL_INDIRECT:
	case EDGE_INTERRUPT:
		begin_frame(symbolic, step);
		if (at->edge == EDGE_CALL || at->edge == EDGE_CALL_INDIRECT)
			move_stack(symbolic, -symbolic->machine->call_pushes);
		break;
	case EDGE_ENTER:
		enter_unknown(symbolic);
		begin_frame(symbolic, step);
		break;
	case EDGE_RETURN:
	case EDGE_POINT_RETURN:
		restore(symbolic, at->frame);
		break;
	case EDGE_LEAVE:
	case EDGE_LOST_FRAME:
		leave(symbolic, at->frame);
		break;
	case EDGE_LOST:
		enter_unknown(symbolic);
		break;
	default:
		break;
	}
}

/* Whether a branch goes where, by what is known, it cannot go. */
static bool is_contradicted(const struct symbolic *symbolic, const struct path_step *step)
{
	int is;

	if (!step->block || step->block->flow != BLOCK_BRANCH)
		return false;
	is = symbolic_decide(symbolic, symbolic->places.at[PLACE_FLAGS], step->block->condition);
	return is >= 0 && is != (step->edge != EDGE_NEXT);
}

static int begin(struct symbolic *symbolic)
{
	const size_t n_steps = symbolic->path->steps.n, n_frames = symbolic->path->frames.n;
	const struct value nothing = { .kind = VALUE_UNKNOWN };

	symbolic->marks = calloc(n_steps + 1, sizeof(*symbolic->marks));
	symbolic->entries = calloc(n_frames + 1, sizeof(*symbolic->entries));
	if (!symbolic->marks || !symbolic->entries ||
	    !array_reserve(&symbolic->places, PLACE_MEMORY))
		return -ENOMEM;
	symbolic->places.n = PLACE_MEMORY;
	/* VALUE_NONE and VALUE_ANYTHING */
	add_value(symbolic, &nothing);
	add_value(symbolic, &nothing);
	for (uint32_t place = 0; place < PLACE_MEMORY; place++)
		symbolic->places.at[place] = add_value(symbolic, &nothing);
	symbolic->places.at[symbolic->machine->stack_pointer] =
		add_value(symbolic, &(struct value){ .kind = VALUE_STACK });
	return symbolic->err;
}

int symbolic_init(struct symbolic *symbolic, const struct machine_code *machine,
		  const struct call_path *path)
{
	*symbolic = (struct symbolic){
		.machine = machine,
		.path = path,
		.contradiction = UINT32_MAX,
	};
	symbolic->err = begin(symbolic);
	for (uint32_t step = 0; step < path->steps.n && !symbolic->err; step++) {
		symbolic->step = step;
		symbolic->marks[step].before = (uint32_t)symbolic->log.n;
		run_block(symbolic, path->steps.at[step].block);
		symbolic->marks[step].leaving = (uint32_t)symbolic->log.n;
		if (symbolic->contradiction == UINT32_MAX &&
		    is_contradicted(symbolic, &path->steps.at[step]))
			symbolic->contradiction = step;
		run_edge(symbolic, step);
	}
	symbolic->now = symbolic->log.n;
	if (symbolic->marks)
		symbolic->marks[path->steps.n].before = symbolic->marks[path->steps.n].leaving =
			(uint32_t)symbolic->log.n;
	return symbolic->err;
}

void symbolic_seek(struct symbolic *symbolic, uint32_t step, bool is_leaving)
{
	const struct symbolic_write *log = symbolic->log.at;
	const size_t wanted =
		is_leaving ? symbolic->marks[step].leaving : symbolic->marks[step].before;

	for (; symbolic->now > wanted; symbolic->now--)
		symbolic->places.at[log[symbolic->now - 1].place] = log[symbolic->now - 1].before;
	for (; symbolic->now < wanted; symbolic->now++)
		symbolic->places.at[log[symbolic->now].place] = log[symbolic->now].after;
	symbolic->step = step;
}

void symbolic_try(struct symbolic *symbolic)
{
	symbolic->is_trying = true;
	symbolic->n_values_before = symbolic->values.n;
}

void symbolic_try_block(struct symbolic *symbolic, const struct code_block *block)
{
	run_block(symbolic, block);
}

void symbolic_try_call(struct symbolic *symbolic, const struct code_block *block)
{
	if (block->flow == BLOCK_POINT)
		clobber(symbolic, symbolic->machine->effect(NULL).clobbers);
	else
		run_block_call(symbolic, block);
}

void symbolic_try_fault(struct symbolic *symbolic, const struct code_block *block)
{
	run_fault(symbolic, block);
}

void symbolic_try_instead(struct symbolic *symbolic, uint32_t of, uint32_t other)
{
	const size_t n = symbolic->places.n < MAX_LOOKED_AT ? symbolic->places.n : MAX_LOOKED_AT;

	for (uint32_t place = 0; place < n; place++)
		if (symbolic->places.at[place] == of)
			put(symbolic, place, other);
}

uint32_t symbolic_try_number(struct symbolic *symbolic, int64_t number)
{
	return add_constant(symbolic, number, 0);
}

void symbolic_forget(struct symbolic *symbolic, size_t mark)
{
	while (symbolic->tried.n > mark) {
		const struct symbolic_write *write = &symbolic->tried.at[--symbolic->tried.n];

		symbolic->places.at[write->place] = write->before;
	}
}

void symbolic_try_end(struct symbolic *symbolic)
{
	symbolic_forget(symbolic, 0);
	symbolic->is_trying = false;
	symbolic->values.n = symbolic->n_values_before;
}

static int compare_numbers(int64_t a, int64_t b, uint8_t size, enum condition condition)
{
	const int64_t left = extend(a, size), right = extend(b, size);
	const uint64_t low = (uint64_t)cut(a, size), high = (uint64_t)cut(b, size);

	switch (condition) {
	case IF_EQUAL:
		return left == right;
	case IF_NOT_EQUAL:
		return left != right;
	case IF_LESS:
		return left < right;
	case IF_LESS_EQUAL:
		return left <= right;
	case IF_GREATER:
		return left > right;
	case IF_GREATER_EQUAL:
		return left >= right;
	case IF_BELOW:
		return low < high;
	case IF_BELOW_EQUAL:
		return low <= high;
	case IF_ABOVE:
		return low > high;
	case IF_ABOVE_EQUAL:
		return low >= high;
	case IF_NEGATIVE:
		return (int64_t)((uint64_t)left - (uint64_t)right) < 0;
	case IF_NOT_NEGATIVE:
		return (int64_t)((uint64_t)left - (uint64_t)right) >= 0;
	case IF_OTHER:
		break;
	}
	return -1;
}

int symbolic_decide(const struct symbolic *symbolic, uint32_t flags, enum condition condition)
{
	const struct value *at = &symbolic->values.at[flags];
	const struct value *a = &symbolic->values.at[at->a], *b = &symbolic->values.at[at->b];
	const bool is_test = at->op == OP_TEST;

	if (at->kind != VALUE_FLAGS)
		return -1;
	if (a->kind == VALUE_CONSTANT && b->kind == VALUE_CONSTANT)
		return compare_numbers(is_test ? a->number & b->number : a->number,
				       is_test ? 0 : b->number, at->size, condition);
	/* An address is not NULL. */
	if (is_test && at->a == at->b && a->kind == VALUE_STACK)
		return condition == IF_EQUAL ? 0 : condition == IF_NOT_EQUAL ? 1 : -1;
	return -1;
}

/* Add one, if it is not there. */
static size_t add_number(int64_t number, int64_t *ret, size_t n, size_t room)
{
	for (size_t i = 0; i < n; i++)
		if (ret[i] == number)
			return n;
	if (n < room)
		ret[n] = number;
	return n + 1;
}

static size_t find_numbers(const struct symbolic *symbolic, uint32_t value, int64_t *ret,
			   size_t room, unsigned int depth);

/* All that an operation makes of what its operands can be; 0: that is not known. */
static size_t combine(const struct symbolic *symbolic, const struct value *at, int64_t *ret,
		      size_t room, unsigned int depth)
{
	int64_t left[4], right[4], number;
	const size_t n_left = find_numbers(symbolic, at->a, left, 4, depth);
	const size_t n_right = find_numbers(symbolic, at->b, right, 4, depth);
	size_t n = 0;

	for (size_t i = 0; i < n_left; i++)
		for (size_t k = 0; k < n_right; k++) {
			if (!fold(at->op, left[i], right[k], &number))
				return 0;
			n = add_number(extend(number, at->size), ret, n, room);
		}
	return n > room ? 0 : n;
}

static size_t find_numbers(const struct symbolic *symbolic, uint32_t value, int64_t *ret,
			   size_t room, unsigned int depth)
{
	const struct value *at = &symbolic->values.at[value];
	size_t n, more;

	if (at->kind == VALUE_CONSTANT) {
		ret[0] = extend(at->number, at->number >> 32 ? 8 : 4);
		return 1;
	}
	if (!depth || (at->kind != VALUE_OP && at->kind != VALUE_SUM))
		return 0;
	if (at->kind == VALUE_OP && at->op == OP_BORROW && at->a == at->b) {
		ret[0] = 0;
		ret[1] = -1;
		return room < 2 ? 0 : 2;
	}
	if (at->kind == VALUE_OP && (at->op == OP_SELECT || at->op == OP_SET)) {
		n = find_numbers(symbolic, at->a, ret, room, depth - 1);
		more = n < room ? find_numbers(symbolic, at->b, ret + n, room - n, depth - 1) : 0;
		return n && more ? n + more : 0;
	}
	if (at->kind == VALUE_OP && at->op != OP_NEGATE && at->op != OP_INVERT)
		return combine(symbolic, at, ret, room, depth - 1);
	n = find_numbers(symbolic, at->a, ret, room, depth - 1);
	for (size_t i = 0; i < n; i++)
		ret[i] = at->kind == VALUE_SUM ? ret[i] + at->number
			 : at->op == OP_NEGATE ? -ret[i]
					       : ~ret[i];
	return n;
}

size_t symbolic_numbers(const struct symbolic *symbolic, uint32_t value, int64_t *ret, size_t room)
{
	return find_numbers(symbolic, value, ret, room, MAX_DEPTH);
}

void symbolic_fini(struct symbolic *symbolic)
{
	free(symbolic->values.at);
	free(symbolic->places.at);
	free(symbolic->cells.at);
	free(symbolic->slots);
	free(symbolic->log.at);
	free(symbolic->tried.at);
	free(symbolic->marks);
	free(symbolic->entries);
	*symbolic = (struct symbolic){ 0 };
}
