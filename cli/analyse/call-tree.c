// SPDX-License-Identifier: MIT
#include "call-tree.h"

#include "../base/array.h"
#include "../base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Levels of inlining that are looked at. */
	MAX_INLINED = 24,
};

struct tree_maker {
	struct places *places;
	const struct call_path *path;
	struct tree_nodes nodes;
	/* Of each frame: its node, and the innermost that is inlined into it now. */
	struct {
		uint32_t node;
		uint32_t innermost;
	} * frames;
	uint32_t n_pcs;
};

static int describe(struct tree_maker *maker, uint64_t address, const struct place **ret)
{
	/* Places are of what is before an address. */
	struct place *place = places_get(maker->places, address + 1);
	int err = place ? places_describe(maker->places, place) : maker->places->err;

	if (!err)
		*ret = place;
	return err;
}

static int add_node(struct tree_maker *maker, uint32_t parent, enum tree_how how, uint32_t *ret)
{
	struct tree_node *nodes;

	if (!array_reserve(&maker->nodes, 1))
		return -ENOMEM;
	nodes = maker->nodes.at;
	nodes[maker->nodes.n] = (struct tree_node){
		.how = how,
		.parent = parent,
		.depth = parent == TREE_NO_NODE ? 0 : nodes[parent].depth + 1,
		.first = maker->n_pcs,
		.times = 1,
	};
	*ret = (uint32_t)maker->nodes.n++;
	return 0;
}

static enum tree_how how_of(const struct call_path *path, const struct path_frame *frame)
{
	const bool is_lost =
		frame->entered < path->steps.n && path->steps.at[frame->entered].edge == EDGE_LOST;

	if (is_lost)
		return TREE_UNKNOWN;
	switch (frame->how) {
	case EDGE_CALL_INDIRECT:
		return TREE_INDIRECT;
	case EDGE_TAIL:
	case EDGE_TAIL_INDIRECT:
	case EDGE_TAIL_OPAQUE:
		return TREE_TAIL;
	case EDGE_INTERRUPT:
		return TREE_ASYNC;
	default:
		return TREE_CALL;
	}
}

/* What is inlined where a frame is now: the levels that are open, and those that are to be. */
static int enter_inlined(struct tree_maker *maker, uint32_t frame, const struct place *place)
{
	uint32_t open[MAX_INLINED], node = maker->frames[frame].innermost, n_open = 0, same = 0;
	const uint32_t base = maker->frames[frame].node;
	int err = 0;

	for (; node != base && n_open < MAX_INLINED; node = maker->nodes.at[node].parent)
		open[n_open++] = node;
	node = base;
	/* The outermost level is the function itself, which comes last. */
	for (size_t i = place->n_frames; i-- > 1 && same < MAX_INLINED && !err; same++) {
		const struct kcov_frame *level = &place->frames[i - 1];
		const uint32_t was = same < n_open ? open[n_open - 1 - same] : TREE_NO_NODE;

		if (was != TREE_NO_NODE && level->function && maker->nodes.at[was].function &&
		    strcmp(maker->nodes.at[was].function, level->function) == 0) {
			node = was;
			continue;
		}
		n_open = 0;
		err = add_node(maker, node, TREE_INLINE, &node);
		if (err)
			return err;
		maker->nodes.at[node].function = level->function;
		maker->nodes.at[node].file = level->file;
		maker->nodes.at[node].line = level->line;
		maker->nodes.at[node].address = place->address - 1;
		maker->nodes.at[node].call_line = place->frames[i].line;
	}
	maker->frames[frame].innermost = node;
	return err;
}

/* What runs in a frame, at an instruction of it. */
static int be_at(struct tree_maker *maker, uint32_t frame, uint64_t address,
		 const struct place **ret)
{
	int err = describe(maker, address, ret);

	if (err || maker->frames[frame].node == TREE_NO_NODE || !(*ret)->n_frames)
		return err;
	return enter_inlined(maker, frame, *ret);
}

static int name_node(struct tree_maker *maker, uint32_t node, const struct code_function *function)
{
	struct tree_node *at = &maker->nodes.at[node];
	const struct place *place;
	int err;

	if (!function)
		return 0;
	err = describe(maker, function->begin, &place);
	if (err)
		return err;
	at->function = function->name;
	at->address = function->begin;
	if (!place->n_frames)
		return 0;
	/* The function, whatever is inlined into its begin. */
	at->file = place->frames[place->n_frames - 1].file;
	at->line = place->frames[place->n_frames - 1].line;
	if (place->frames[place->n_frames - 1].function)
		at->function = place->frames[place->n_frames - 1].function;
	return 0;
}

static int begin_frame(struct tree_maker *maker, uint32_t frame)
{
	const struct path_frame *at = &maker->path->frames.at[frame];
	const struct code_block *block = maker->path->steps.at[at->entered - 1].block;
	const struct place *place;
	uint32_t parent, line = 0;
	int err = 0;

	if (block) {
		err = be_at(maker, at->parent, block->last, &place);
		line = !err && place->n_frames ? place->frames[0].line : 0;
	}
	parent = maker->frames[at->parent].innermost;
	if (!err)
		err = add_node(maker, parent, how_of(maker->path, at), &maker->frames[frame].node);
	if (err)
		return err;
	maker->frames[frame].innermost = maker->frames[frame].node;
	maker->nodes.at[maker->frames[frame].node].call_line = line;
	return name_node(maker, maker->frames[frame].node, at->function);
}

static bool is_pc(const struct path_step *step)
{
	return step->edge == EDGE_POINT || step->edge == EDGE_POINT_RETURN ||
	       step->edge == EDGE_OVER_POINT || step->edge == EDGE_OPAQUE_POINT ||
	       step->edge == EDGE_LOST;
}

static int add_pc(struct tree_maker *maker, const struct path_step *step)
{
	const struct place *place;
	int err = step->block ? be_at(maker, step->frame, step->block->last, &place) : 0;
	const uint32_t node = maker->frames[step->frame].innermost;

	if (!err && node != TREE_NO_NODE && !maker->nodes.at[node].pcs++)
		maker->nodes.at[node].first = maker->n_pcs;
	maker->n_pcs++;
	return err;
}

static int walk(struct tree_maker *maker)
{
	const struct call_path *path = maker->path;
	uint32_t begun = 1;
	int err = 0;

	maker->frames[0].node = maker->frames[0].innermost = TREE_NO_NODE;
	for (uint32_t i = 0; i < path->steps.n && !err; i++) {
		while (begun < path->frames.n && path->frames.at[begun].entered == i && !err)
			err = begin_frame(maker, begun++);
		if (!err && is_pc(&path->steps.at[i]))
			err = add_pc(maker, &path->steps.at[i]);
	}
	return err;
}

/* From the last to the first, so that children come before their parents. */
static void measure(struct tree_nodes *nodes)
{
	for (size_t i = nodes->n; i--;) {
		struct tree_node *node = &nodes->at[i];
		uint64_t hash = hash_number(HASH_EMPTY, node->how);

		hash = hash_text(hash, node->function ? node->function : "");
		node->size = 1;
		for (size_t child = i + 1; child < nodes->n && nodes->at[child].depth > node->depth;
		     child += nodes->at[child].size) {
			hash = hash_number(hash, nodes->at[child].hash);
			node->size += nodes->at[child].size;
		}
		node->hash = hash;
	}
}

/* Leave out what is too deep, and what is as its neighbour before it. */
static void fold(struct tree_nodes *nodes, uint32_t max_depth, uint32_t *numbers)
{
	size_t n = 0;
	/* The last that stayed, of each depth, is found by its parent. */
	for (size_t i = 0; i < nodes->n;) {
		const struct tree_node node = nodes->at[i];
		size_t next = i + node.size;
		uint32_t times = 1;

		if (node.depth > max_depth) {
			i = next;
			continue;
		}
		while (next < nodes->n && nodes->at[next].parent == node.parent &&
		       nodes->at[next].hash == node.hash) {
			next += nodes->at[next].size;
			times++;
		}
		/* What is skipped begins behind this one's own nodes. */
		for (size_t k = i + node.size; k < next; k++)
			nodes->at[k].depth = UINT32_MAX;
		numbers[i] = (uint32_t)n;
		nodes->at[n] = node;
		nodes->at[n].times = times;
		if (node.parent != TREE_NO_NODE)
			nodes->at[n].parent = numbers[node.parent];
		n++;
		i++;
		while (i < nodes->n && nodes->at[i].depth == UINT32_MAX)
			i++;
	}
	nodes->n = n;
}

static int make(struct tree_maker *maker, uint32_t max_depth)
{
	uint32_t *numbers;
	int err;

	maker->frames = calloc(maker->path->frames.n, sizeof(*maker->frames));
	if (!maker->frames)
		return -ENOMEM;
	err = walk(maker);
	numbers = calloc(maker->nodes.n + 1, sizeof(*numbers));
	if (!numbers)
		err = -ENOMEM;
	if (!err) {
		measure(&maker->nodes);
		fold(&maker->nodes, max_depth, numbers);
	}
	free(numbers);
	free(maker->frames);
	return err;
}

int call_tree_make(struct code_blocks *blocks, struct places *places, const uint64_t *pcs, size_t n,
		   uint32_t max_depth, struct tree_nodes *ret)
{
	struct call_path path;
	struct tree_maker maker = { .places = places, .path = &path };
	int err = call_path_find(blocks, pcs, n, &path);

	if (err)
		return err;
	err = make(&maker, max_depth);
	call_path_fini(&path);
	if (err)
		free(maker.nodes.at);
	else
		*ret = maker.nodes;
	return err;
}
