// SPDX-License-Identifier: MIT
#include "path-variants.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Of one way, and of the path that it replaces. */
	MAX_BLOCKS = 16,
	MAX_TRIED = 64,
};

struct variant {
	struct code_blocks *blocks;
	const struct call_path *path;
	/* The branch, and the last step that it may be in the place of. */
	uint32_t step;
	uint32_t last;
	struct path_step steps[MAX_BLOCKS];
	size_t n;
	size_t n_tried;
	/* The step that it ends with. */
	uint32_t end;
};

/* Whether a step stays in its function, and records nothing. */
static bool is_plain(const struct path_step *step)
{
	return step->edge == EDGE_NEXT || step->edge == EDGE_TAKEN || step->edge == EDGE_FAULT ||
	       step->edge == EDGE_OVER;
}

/* Up to the first step behind a branch that does more than to go on. */
static uint32_t find_last(const struct call_path *path, uint32_t step)
{
	const uint32_t frame = path->steps.at[step].frame;
	uint32_t last = step + 1;

	while (last + 1 < path->steps.n && is_plain(&path->steps.at[last]) &&
	       path->steps.at[last + 1].frame == frame && last - step < MAX_BLOCKS)
		last++;
	return last;
}

/* The step that ends with the same instruction, which is where they meet. */
static bool meets(struct variant *variant, const struct code_block *block)
{
	for (uint32_t i = variant->step + 1; i <= variant->last; i++) {
		const struct path_step *step = &variant->path->steps.at[i];

		if (!step->block || step->block->last != block->last ||
		    step->block->flow != block->flow)
			continue;
		variant->end = i;
		return true;
	}
	return false;
}

static bool walk(struct variant *variant, uint64_t address);

static bool walk_by(struct variant *variant, const struct code_block *block, enum path_edge edge,
		    uint64_t next)
{
	variant->steps[variant->n++] = (struct path_step){
		.block = block,
		.next = next,
		.frame = variant->path->steps.at[variant->step].frame,
		.edge = (uint8_t)edge,
	};
	if (walk(variant, next))
		return true;
	variant->n--;
	return false;
}

static bool walk_on(struct variant *variant, const struct code_block *block)
{
	const bool is_over =
		block->flow == BLOCK_CALL &&
		(!block->callee || !code_blocks_has_points(variant->blocks, block->callee));

	switch (block->flow) {
	case BLOCK_NEXT:
		return walk_by(variant, block, EDGE_NEXT, block->end);
	case BLOCK_JUMP:
		return !block->callee && walk_by(variant, block, EDGE_TAKEN, block->target);
	case BLOCK_BRANCH:
	case BLOCK_KEY:
		return walk_by(variant, block, EDGE_NEXT, block->end) ||
		       (!block->callee && walk_by(variant, block, EDGE_TAKEN, block->target));
	case BLOCK_FAULT:
		return walk_by(variant, block, EDGE_NEXT, block->end);
	case BLOCK_CALL:
		return is_over && walk_by(variant, block, EDGE_OVER, block->end);
	default:
		return false;
	}
}

static bool walk(struct variant *variant, uint64_t address)
{
	const struct code_block *block;

	if (variant->n + 1 >= MAX_BLOCKS || ++variant->n_tried > MAX_TRIED)
		return false;
	block = code_blocks_get(variant->blocks, address);
	if (!block)
		return false;
	if (!meets(variant, block))
		return walk_on(variant, block);
	/* The rest is as it was, but for where the last block begins. */
	variant->steps[variant->n] = variant->path->steps.at[variant->end];
	variant->steps[variant->n++].block = block;
	return true;
}

static uint32_t shift(uint32_t step, const struct variant *variant, int64_t by)
{
	return step == UINT32_MAX || step <= variant->step ? step : (uint32_t)(step + by);
}

static int splice(const struct variant *variant, const struct path_step *branch,
		  struct call_path *ret)
{
	const struct call_path *path = variant->path;
	const size_t n_before = variant->step, n_behind = path->steps.n - variant->end - 1;
	const size_t n = n_before + 1 + variant->n + n_behind;
	const int64_t by = (int64_t)n - (int64_t)path->steps.n;
	struct path_step *steps = calloc(n, sizeof(*steps));
	struct path_frame *frames = calloc(path->frames.n + 1, sizeof(*frames));
	struct path_gap *gaps = calloc(path->gaps.n + 1, sizeof(*gaps));

	if (!steps || !frames || !gaps) {
		free(steps);
		free(frames);
		free(gaps);
		return -ENOMEM;
	}
	memcpy(steps, path->steps.at, n_before * sizeof(*steps));
	steps[n_before] = *branch;
	memcpy(steps + n_before + 1, variant->steps, variant->n * sizeof(*steps));
	memcpy(steps + n - n_behind, path->steps.at + variant->end + 1, n_behind * sizeof(*steps));
	for (size_t i = 0; i < path->frames.n; i++) {
		frames[i] = path->frames.at[i];
		frames[i].entered = shift(frames[i].entered, variant, by);
		frames[i].left = shift(frames[i].left, variant, by);
	}
	for (size_t i = 0; i < path->gaps.n; i++) {
		gaps[i] = path->gaps.at[i];
		gaps[i].step = shift(gaps[i].step, variant, by);
	}
	*ret = (struct call_path){ .steps = { steps, n, n },
				   .frames = { frames, path->frames.n, path->frames.n + 1 },
				   .gaps = { gaps, path->gaps.n, path->gaps.n + 1 } };
	return 1;
}

int path_variant_at(struct code_blocks *blocks, const struct call_path *path, uint32_t step,
		    struct call_path *ret)
{
	struct path_step branch = path->steps.at[step];
	struct variant variant = { .blocks = blocks, .path = path, .step = step };
	const struct code_block *block = branch.block;

	if (!block || (block->flow != BLOCK_BRANCH && block->flow != BLOCK_KEY) || block->callee ||
	    (branch.edge != EDGE_NEXT && branch.edge != EDGE_TAKEN) || step + 1 >= path->steps.n ||
	    path->steps.at[step + 1].frame != branch.frame)
		return 0;
	variant.last = find_last(path, step);
	branch.next = branch.edge == EDGE_NEXT ? block->target : block->end;
	branch.edge = branch.edge == EDGE_NEXT ? EDGE_TAKEN : EDGE_NEXT;
	return walk(&variant, branch.next) ? splice(&variant, &branch, ret) : 0;
}
