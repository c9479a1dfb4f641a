/* SPDX-License-Identifier: MIT */
/*
 * The values of a call, as symbols: what each register and each place in memory held at each step
 * of its way. Memory is known by the value that points to it and a distance; two that may be one
 * are taken for two.
 */
#ifndef KCOVCTL_SYMBOLIC_H
#define KCOVCTL_SYMBOLIC_H

#include "call-path.h"

enum value_kind {
	VALUE_UNKNOWN,
	VALUE_CONSTANT,
	/* An address on the stack. */
	VALUE_STACK,
	/* a + number */
	VALUE_SUM,
	/* Read from memory, before the call wrote there. number: from a table in the image. */
	VALUE_LOAD,
	/* Of a function that was not followed, whose address is number; 0: not known. */
	VALUE_RESULT,
	VALUE_OP,
	/* Set by op of a and b. */
	VALUE_FLAGS,
};

struct value {
	uint8_t kind;
	uint8_t op;
	uint8_t condition;
	uint8_t size;
	uint32_t a;
	uint32_t b;
	/* Flags that a condition is of. */
	uint32_t flags;
	/* Where it was made: the step, and the instruction. */
	uint32_t step;
	int64_t number;
	uint64_t address;
};

enum {
	/* There is nothing, and nothing is known. */
	VALUE_NONE = 0,
	VALUE_ANYTHING = 1,
	/* Places: registers, flags, then memory. */
	PLACE_FLAGS = MACHINE_REGISTERS,
	PLACE_MEMORY = MACHINE_REGISTERS + 1,
	NO_PLACE = UINT32_MAX,
};

struct symbolic_write {
	uint32_t place;
	uint32_t before;
	uint32_t after;
};

struct symbolic_log {
	struct symbolic_write *at;
	size_t n, room;
};

struct symbolic_cell {
	/* The value that points there, or one of ROOT_ of symbolic.c. */
	uint32_t root;
	int64_t distance;
};

struct symbolic {
	const struct machine_code *machine;
	const struct call_path *path;
	struct {
		struct value *at;
		size_t n, room;
	} values;
	/* What places hold now. */
	struct {
		uint32_t *at;
		size_t n, room;
	} places;
	struct {
		struct symbolic_cell *at;
		size_t n, room;
	} cells;
	uint32_t *slots;
	size_t n_slots;
	/* All writes; how many there are before a step, and before it leaves its block. */
	struct symbolic_log log;
	struct {
		uint32_t before;
		uint32_t leaving;
	} * marks;
	/* Registers and flags as a frame began. */
	uint32_t (*entries)[PLACE_MEMORY];
	/* How much of the log is done. */
	size_t now;
	/* Of what did not happen; is_trying: it is that which goes on. */
	struct symbolic_log tried;
	bool is_trying;
	size_t n_values_before;
	uint32_t step;
	/* The first step that goes where a condition does not hold; UINT32_MAX: there is none. */
	uint32_t contradiction;
	int err;
};

/* Go along a way. 0, -E2BIG or -ENOMEM. */
int symbolic_init(struct symbolic *symbolic, const struct machine_code *machine,
		  const struct call_path *path);

/* Values as they were before a step, or as it left its block. */
void symbolic_seek(struct symbolic *symbolic, uint32_t step, bool is_leaving);

static inline const struct value *symbolic_value(const struct symbolic *symbolic, uint32_t value)
{
	return &symbolic->values.at[value];
}

/* What a register holds, or the place that an operand is, if it is known. */
static inline uint32_t symbolic_register(const struct symbolic *symbolic, uint8_t reg)
{
	return symbolic->places.at[reg];
}

/*
 * To try what did not happen, from where it is: blocks and calls, which are not followed. What was
 * tried is forgotten up to a mark, or, in the end, all of it.
 */
void symbolic_try(struct symbolic *symbolic);
void symbolic_try_block(struct symbolic *symbolic, const struct code_block *block);
void symbolic_try_call(struct symbolic *symbolic, const struct code_block *block);
void symbolic_try_fault(struct symbolic *symbolic, const struct code_block *block);
/* Whatever holds a value holds another one. */
void symbolic_try_instead(struct symbolic *symbolic, uint32_t of, uint32_t other);
uint32_t symbolic_try_number(struct symbolic *symbolic, int64_t number);
void symbolic_forget(struct symbolic *symbolic, size_t mark);
void symbolic_try_end(struct symbolic *symbolic);

/* Whether a condition holds of flags: 1 or 0; -1: it depends. */
int symbolic_decide(const struct symbolic *symbolic, uint32_t flags, enum condition condition);

/*
 * The numbers that a value can be, up to room, where they are few and known; how many, or 0: they
 * are not.
 */
size_t symbolic_numbers(const struct symbolic *symbolic, uint32_t value, int64_t *ret, size_t room);

void symbolic_fini(struct symbolic *symbolic);

#endif
