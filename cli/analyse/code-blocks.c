// SPDX-License-Identifier: MIT
#include "code-blocks.h"

#include "../base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Instructions of a block: what is longer is cut. */
	MAX_OPS = 256,
	/* Of a jump table. */
	MAX_TARGETS = 4096,
	/* Bytes that all blocks may have. */
	MAX_SIZE = 1 << 30,
};

/* One that grows. */
struct draft {
	struct code_block block;
	struct op ops[MAX_OPS];
	uint64_t *targets;
	size_t n_targets;
};

int code_blocks_init(struct code_blocks *blocks, const struct code_image *image)
{
	*blocks =
		(struct code_blocks){ .image = image, .machine = machine_code_of(image->machine) };
	if (!blocks->machine)
		return -ENOTSUP;
	blocks->decoder = blocks->machine->open();
	return blocks->decoder ? 0 : -ENOMEM;
}

/* Where it goes from there: what a name means goes before what the instruction is. */
static void set_callee(const struct code_blocks *blocks, struct code_block *block)
{
	const struct code_image *image = blocks->image;
	struct code_function *callee = code_image_function(image, block->target);
	const bool is_call = block->flow == BLOCK_CALL;

	if (!callee || callee->begin != block->target) {
		if (!callee && !code_image_is_text(image, block->target))
			block->flow = BLOCK_END;
		return;
	}
	/* A jump to its own begin is a loop. */
	if (!is_call && (callee == block->function || (callee->roles & CODE_PART)))
		return;
	block->callee = callee;
	/* A condition that leads to what records, or returns, cannot be told from one that does
	 * not. */
	if (block->flow == BLOCK_BRANCH)
		return;
	if (callee->roles & CODE_DEAD)
		block->flow = BLOCK_END;
	else if ((callee->roles & CODE_RETURN) && !is_call)
		block->flow = BLOCK_RETURN;
	else if (callee->roles & CODE_INDIRECT)
		block->flow = is_call ? BLOCK_CALL_INDIRECT : BLOCK_JUMP_INDIRECT;
	else if (callee->roles & CODE_POINT)
		block->flow = is_call ? BLOCK_POINT : BLOCK_POINT_JUMP;
}

/* Whether an address is in a function, or in its part elsewhere. */
static bool is_within(const struct code_blocks *blocks, const struct code_function *function,
		      uint64_t address)
{
	const struct code_function *other = code_image_function(blocks->image, address);

	return other && (other == function || (other->roles & CODE_PART));
}

/* What a table has at an address, as long as it leads into the function. */
static int read_table(const struct code_blocks *blocks, uint64_t table, struct draft *draft)
{
	size_t size, n = 0;
	const uint8_t *bytes = code_image_bytes(blocks->image, table, &size);
	uint64_t target;

	for (; bytes && size >= 8 && n < MAX_TARGETS; bytes += 8, size -= 8, n++) {
		memcpy(&target, bytes, sizeof(target));
		if (!is_within(blocks, draft->block.function, target))
			break;
	}
	if (!n)
		return 0;
	draft->targets = calloc(n, sizeof(*draft->targets));
	if (!draft->targets)
		return -ENOMEM;
	bytes -= 8 * n;
	memcpy(draft->targets, bytes, n * sizeof(*draft->targets));
	draft->n_targets = n;
	return 0;
}

static bool is_table(const struct operand *by)
{
	return by->kind == OPERAND_MEMORY && by->base == NO_REGISTER && by->index != NO_REGISTER &&
	       by->scale == 8;
}

/* "jmp *table(,%rax,8)", or what loads the register that it goes by. */
static int find_table(const struct code_blocks *blocks, struct draft *draft)
{
	const struct operand *by = &draft->block.by;

	for (size_t i = draft->block.n_ops; i-- && by->kind == OPERAND_REGISTER;) {
		const struct op *op = &draft->ops[i];

		if (op->to.kind != OPERAND_REGISTER || op->to.reg != by->reg)
			continue;
		if (op->kind != OP_MOVE)
			return 0;
		by = &op->a;
	}
	return is_table(by) && draft->block.function
		       ? read_table(blocks, (uint64_t)by->value, draft)
		       : 0;
}

static const uint8_t block_flows[] = {
	[FLOW_NEXT] = BLOCK_NEXT,
	[FLOW_CALL] = BLOCK_CALL,
	[FLOW_CALL_INDIRECT] = BLOCK_CALL_INDIRECT,
	[FLOW_JUMP] = BLOCK_JUMP,
	[FLOW_JUMP_INDIRECT] = BLOCK_JUMP_INDIRECT,
	[FLOW_BRANCH] = BLOCK_BRANCH,
	[FLOW_RETURN] = BLOCK_RETURN,
	[FLOW_TRAP] = BLOCK_TRAP,
	[FLOW_END] = BLOCK_END,
};

/* Calls that are as good as any instruction: of callbacks for comparisons. */
static bool is_straight_call(const struct code_blocks *blocks, const struct instruction *is)
{
	const struct code_function *callee =
		is->flow == FLOW_CALL ? code_image_function(blocks->image, is->target) : NULL;

	return callee && callee->begin == is->target && (callee->roles & CODE_COMPARISON);
}

static void add_op(const struct code_blocks *blocks, const struct instruction *is,
		   struct draft *draft)
{
	struct op *op = &draft->ops[draft->block.n_ops];

	if (is->has_op)
		*op = is->op;
	else
		*op = (struct op){ .address = is->address,
				   .sets_flags = true,
				   .written = blocks->machine->effect(NULL).clobbers };
	draft->block.n_ops++;
}

/* Whether the block ends with an instruction. */
static bool add_instruction(const struct code_blocks *blocks, const struct instruction *is,
			    struct draft *draft)
{
	const struct code_fixup *fixup = code_image_fixup(blocks->image, is->address);
	const struct code_key *key = code_image_key(blocks->image, is->address);
	struct code_block *block = &draft->block;

	block->last = is->address;
	block->end = is->address + is->size;
	if (key) {
		block->flow = BLOCK_KEY;
		block->target = key->target;
		return true;
	}
	if (is->has_op || is_straight_call(blocks, is))
		add_op(blocks, is, draft);
	else if (is->flow != FLOW_NEXT) {
		block->flow = block_flows[is->flow];
		block->condition = is->condition;
		block->target = is->target;
		block->by = is->by;
		return true;
	}
	if (fixup) {
		block->flow = BLOCK_FAULT;
		block->target = fixup->target;
		block->fixup = fixup->data;
	}
	return fixup || block->n_ops == MAX_OPS;
}

static void read_block(const struct code_blocks *blocks, uint64_t address, struct draft *draft)
{
	size_t size = 0;
	const uint8_t *bytes = code_image_is_text(blocks->image, address)
				       ? code_image_bytes(blocks->image, address, &size)
				       : NULL;
	struct instruction is;

	draft->block.end = address;
	draft->block.last = address;
	do {
		const size_t offset = draft->block.end - address;

		if (!bytes || offset >= size ||
		    blocks->machine->decode(blocks->decoder, bytes + offset, size - offset,
					    draft->block.end, &is)) {
			draft->block.flow = BLOCK_END;
			return;
		}
	} while (!add_instruction(blocks, &is, draft));
}

static int complete(const struct code_blocks *blocks, struct draft *draft)
{
	switch (draft->block.flow) {
	case BLOCK_CALL:
	case BLOCK_JUMP:
	case BLOCK_BRANCH:
		set_callee(blocks, &draft->block);
		break;
	case BLOCK_JUMP_INDIRECT:
		return find_table(blocks, draft);
	default:
		break;
	}
	return 0;
}

/* Its operations lie behind it. */
static struct code_block *keep(struct code_blocks *blocks, struct draft *draft)
{
	const size_t size = sizeof(draft->block) + draft->block.n_ops * sizeof(draft->ops[0]);
	struct code_block *block = blocks->size + size > MAX_SIZE ? NULL : malloc(size);

	if (!block)
		return NULL;
	*block = draft->block;
	block->ops = (struct op *)(block + 1);
	memcpy(block->ops, draft->ops, draft->block.n_ops * sizeof(draft->ops[0]));
	block->targets = draft->targets;
	block->n_targets = draft->n_targets;
	if (map_put(&blocks->map, block->begin, block)) {
		free(block);
		return NULL;
	}
	blocks->size += size;
	return block;
}

const struct code_block *code_blocks_get(struct code_blocks *blocks, uint64_t address)
{
	struct code_block *block = map_get(&blocks->map, address);
	struct draft draft;

	if (block)
		return block;
	draft.block = (struct code_block){
		.begin = address,
		.function = code_image_function(blocks->image, address),
	};
	draft.targets = NULL;
	draft.n_targets = 0;
	read_block(blocks, address, &draft);
	block = complete(blocks, &draft) ? NULL : keep(blocks, &draft);
	if (!block)
		free(draft.targets);
	return block;
}

bool code_blocks_has_points(struct code_blocks *blocks, struct code_function *function)
{
	size_t size, at = 0;
	const uint8_t *bytes = code_image_bytes(blocks->image, function->begin, &size);
	uint64_t target;

	if (function->is_searched || !bytes)
		return function->has_points;
	function->is_searched = true;
	if (size > function->end - function->begin)
		size = function->end - function->begin;
	while (!function->has_points &&
	       blocks->machine->find_call(bytes, size, function->begin, &at, &target)) {
		const struct code_function *callee = code_image_function(blocks->image, target);

		function->has_points =
			callee && callee->begin == target && (callee->roles & CODE_POINT);
	}
	return function->has_points;
}

bool code_blocks_is_point(struct code_blocks *blocks, uint64_t address)
{
	const uint8_t call_size = blocks->machine->call_size;
	size_t size, at = 0;
	const uint8_t *bytes = code_image_bytes(blocks->image, address - call_size, &size);
	const struct code_function *callee;
	uint64_t target;

	if (!bytes || size < call_size ||
	    !blocks->machine->find_call(bytes, call_size, address - call_size, &at, &target))
		return false;
	callee = code_image_function(blocks->image, target);
	return callee && callee->begin == target && (callee->roles & CODE_POINT);
}

void code_blocks_fini(struct code_blocks *blocks)
{
	struct code_block *block;
	size_t at = 0;

	while ((block = map_next(&blocks->map, &at))) {
		free(block->targets);
		free(block);
	}
	map_fini(&blocks->map);
	if (blocks->decoder)
		blocks->machine->close(blocks->decoder);
	*blocks = (struct code_blocks){ 0 };
}
