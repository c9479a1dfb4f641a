/* SPDX-License-Identifier: MIT */
/*
 * Straight pieces of code: from an address to the first instruction that does something else than
 * go on. Each is decoded once. What the kernel patches can go both ways.
 */
#ifndef KCOVCTL_CODE_BLOCKS_H
#define KCOVCTL_CODE_BLOCKS_H

#include "../base/map.h"
#include "code-image.h"
#include "machine-code.h"

enum block_flow {
	/* Goes on at end. */
	BLOCK_NEXT,
	/* A coverage point, which records end and goes on there. */
	BLOCK_POINT,
	/* One that the compiler made a jump: it records what the function returns to, and returns.
	 */
	BLOCK_POINT_JUMP,
	BLOCK_CALL,
	BLOCK_CALL_INDIRECT,
	/* Goes on at target. */
	BLOCK_JUMP,
	/* Goes on at one of targets; none: it is not known where. */
	BLOCK_JUMP_INDIRECT,
	/* At target or at end. */
	BLOCK_BRANCH,
	/* The same, as the kernel patched it. */
	BLOCK_KEY,
	/* At end, or, as the last instruction faults, at target. */
	BLOCK_FAULT,
	/* At end, after a warning. */
	BLOCK_TRAP,
	BLOCK_RETURN,
	/* Nowhere, or nothing is known of it. */
	BLOCK_END,
};

struct code_block {
	uint64_t begin;
	/* The instruction that decides, and what is behind it. */
	uint64_t last;
	uint64_t end;
	uint64_t target;
	uint8_t flow;
	/* Of a branch. */
	uint8_t condition;
	/* Of an indirect call or jump. */
	struct operand by;
	/* Of a fault. */
	uint32_t fixup;
	/* What it is in, and what a call or jump enters, if that is a function's begin. */
	struct code_function *function;
	struct code_function *callee;
	uint64_t *targets;
	size_t n_targets;
	size_t n_ops;
	struct op *ops;
};

struct code_blocks {
	const struct code_image *image;
	const struct machine_code *machine;
	void *decoder;
	struct map map;
	/* Bytes that they take. */
	size_t size;
};

/* 0, -ENOTSUP: no code of that machine can be read; or -ENOMEM. */
int code_blocks_init(struct code_blocks *blocks, const struct code_image *image);

/* The one that begins at an address; NULL: no memory, or there are too many. */
const struct code_block *code_blocks_get(struct code_blocks *blocks, uint64_t address);

/* Whether a function has coverage points. */
bool code_blocks_has_points(struct code_blocks *blocks, struct code_function *function);

/* Whether an address is right behind a call that records it. */
bool code_blocks_is_point(struct code_blocks *blocks, uint64_t address);

void code_blocks_fini(struct code_blocks *blocks);

#endif
