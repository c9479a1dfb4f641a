/* SPDX-License-Identifier: MIT */
/* What an instruction does, whatever the machine: a machine is one file that says so. */
#ifndef KCOVCTL_MACHINE_CODE_H
#define KCOVCTL_MACHINE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* General registers that a machine can have, and none of them. */
	MACHINE_REGISTERS = 32,
	NO_REGISTER = 0xff,
};

enum operand_kind {
	OPERAND_NONE,
	OPERAND_REGISTER,
	OPERAND_CONSTANT,
	OPERAND_MEMORY,
};

struct operand {
	uint8_t kind;
	/* In bytes. */
	uint8_t size;
	/* Of memory: base + index * scale + value, each NO_REGISTER if it is not there. */
	uint8_t reg;
	uint8_t base;
	uint8_t index;
	uint8_t scale;
	/* Memory of the processor or the thread, whose addresses are no others'. */
	bool is_local;
	int64_t value;
};

enum op_kind {
	/* Whatever it is: to, and what is written, are unknown then. */
	OP_UNKNOWN,
	OP_MOVE,
	OP_SIGN_EXTEND,
	/* to = the address of a, which is memory. */
	OP_ADDRESS,
	OP_ADD,
	OP_SUBTRACT,
	/* To subtract the carry, too. */
	OP_BORROW,
	OP_AND,
	OP_OR,
	OP_XOR,
	OP_SHIFT_LEFT,
	OP_SHIFT_RIGHT,
	OP_SHIFT_SIGNED,
	OP_NEGATE,
	OP_INVERT,
	/* Sets flags alone, by a - b or a & b. */
	OP_COMPARE,
	OP_TEST,
	/* to = a if the condition holds, else b. */
	OP_SELECT,
	/* to = 1 if the condition holds, else 0. */
	OP_SET,
	OP_SWAP,
	OP_PUSH,
	OP_POP,
};

/* Of flags. */
enum condition {
	IF_OTHER,
	IF_EQUAL,
	IF_NOT_EQUAL,
	IF_LESS,
	IF_LESS_EQUAL,
	IF_GREATER,
	IF_GREATER_EQUAL,
	IF_BELOW,
	IF_BELOW_EQUAL,
	IF_ABOVE,
	IF_ABOVE_EQUAL,
	IF_NEGATIVE,
	IF_NOT_NEGATIVE,
};

struct op {
	uint64_t address;
	uint8_t kind;
	uint8_t condition;
	bool sets_flags;
	struct operand to;
	struct operand a;
	struct operand b;
	/* Registers that are unknown then: bits. */
	uint32_t written;
};

enum flow {
	/* Goes on with the next one. */
	FLOW_NEXT,
	FLOW_CALL,
	FLOW_CALL_INDIRECT,
	FLOW_JUMP,
	FLOW_JUMP_INDIRECT,
	FLOW_BRANCH,
	FLOW_RETURN,
	/* Traps, and goes on if the kernel only warns. */
	FLOW_TRAP,
	FLOW_END,
};

struct instruction {
	uint64_t address;
	uint8_t size;
	uint8_t flow;
	/* Of FLOW_BRANCH. */
	uint8_t condition;
	uint64_t target;
	/* What an indirect jump or call goes by. */
	struct operand by;
	/* At most: what it does besides going on. */
	bool has_op;
	struct op op;
};

/* How a call treats registers that is not followed: bits of them. */
struct call_effect {
	uint32_t clobbers;
	uint32_t results;
};

struct machine_code {
	/* Of <elf.h>. */
	uint16_t machine;
	uint8_t stack_pointer;
	uint8_t result;
	uint32_t callee_saved;
	/* Bytes that a call puts on the stack. */
	uint8_t call_pushes;
	/* Of a direct call. */
	uint8_t call_size;
	/* How far behind the begin of a call its return address can be, if the kernel patched it.
	 */
	uint8_t call_shrinks;
	/* A decoder; NULL: no memory. */
	void *(*open)(void);
	void (*close)(void *decoder);
	/* 0, or -EBADMSG: there is no instruction that is known. */
	int (*decode)(void *decoder, const uint8_t *bytes, size_t n, uint64_t address,
		      struct instruction *ret);
	/*
	 * The next direct call or jump in some bytes, from *at on, which moves behind its begin;
	 * false: there is none. Bytes that only look like one may be taken for it.
	 */
	bool (*find_call)(const uint8_t *bytes, size_t n, uint64_t address, size_t *at,
			  uint64_t *target);
	/* By the name of the function; NULL: any. */
	struct call_effect (*effect)(const char *function);
	/* The register that a fixup sets before it goes on; NO_REGISTER: none. */
	uint8_t (*fixup)(uint32_t data, int64_t *ret);
};

/* NULL: code of that machine cannot be read. */
const struct machine_code *machine_code_of(uint16_t machine);

/* The opposite of a condition. */
static inline enum condition condition_not(enum condition condition)
{
	static const uint8_t opposites[] = {
		[IF_OTHER] = IF_OTHER,           [IF_EQUAL] = IF_NOT_EQUAL,
		[IF_NOT_EQUAL] = IF_EQUAL,       [IF_LESS] = IF_GREATER_EQUAL,
		[IF_LESS_EQUAL] = IF_GREATER,    [IF_GREATER] = IF_LESS_EQUAL,
		[IF_GREATER_EQUAL] = IF_LESS,    [IF_BELOW] = IF_ABOVE_EQUAL,
		[IF_BELOW_EQUAL] = IF_ABOVE,     [IF_ABOVE] = IF_BELOW_EQUAL,
		[IF_ABOVE_EQUAL] = IF_BELOW,     [IF_NEGATIVE] = IF_NOT_NEGATIVE,
		[IF_NOT_NEGATIVE] = IF_NEGATIVE,
	};

	return opposites[condition];
}

#endif
