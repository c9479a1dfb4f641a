/* SPDX-License-Identifier: MIT */
/* The way that a call took: every block of code in its order, and in which frame it ran. */
#ifndef KCOVCTL_CALL_PATH_H
#define KCOVCTL_CALL_PATH_H

#include "code-blocks.h"

/* How a step goes on behind its block. */
enum path_edge {
	/* Where the search begins. */
	EDGE_NONE,
	EDGE_NEXT,
	EDGE_TAKEN,
	EDGE_FAULT,
	/* A coverage point, whose PC was recorded. */
	EDGE_POINT,
	/* The same at the end of a function, which returns. */
	EDGE_POINT_RETURN,
	EDGE_RETURN,
	EDGE_CALL,
	EDGE_CALL_INDIRECT,
	EDGE_TAIL,
	EDGE_TAIL_INDIRECT,
	/* A call of a function that records nothing: it is not followed. */
	EDGE_OVER,
	/* The same of one that only records where it returns to. */
	EDGE_OVER_POINT,
	/* The same, where it was the last thing that its caller did. */
	EDGE_TAIL_OVER,
	/* A call of a function that records nothing, but calls others that do. */
	EDGE_OPAQUE,
	EDGE_TAIL_OPAQUE,
	/* What such a function does has no block: it calls; it returns; what it calls records. */
	EDGE_ENTER,
	EDGE_LEAVE,
	EDGE_OPAQUE_POINT,
	/* Something else runs: a page fault, an interrupt, work of the task. */
	EDGE_INTERRUPT,
	/* The thread was lost: a frame is left without its end; it goes on somewhere. */
	EDGE_LOST_FRAME,
	EDGE_LOST,
};

enum {
	NO_FRAME = UINT32_MAX,
};

struct path_step {
	/* NULL: what it does is not known. */
	const struct code_block *block;
	uint64_t next;
	uint32_t frame;
	uint8_t edge;
};

struct path_frame {
	/* NULL: of what interrupts, and of what enters the kernel. */
	struct code_function *function;
	uint32_t parent;
	/* Its first step, behind the one that entered it, and the one behind its last; UINT32_MAX:
	 * it did not end. */
	uint32_t entered;
	uint32_t left;
	/* The first PC that it recorded, if it did, and how many. */
	uint32_t first_pc;
	uint32_t n_pcs;
	/* enum path_edge. */
	uint8_t how;
};

/* Where the thread was lost. */
struct path_gap {
	/* Which of the PCs does not follow. */
	uint32_t pc;
	uint32_t step;
};

struct call_path {
	struct {
		struct path_step *at;
		size_t n, room;
	} steps;
	/* The first is what enters the kernel. */
	struct {
		struct path_frame *at;
		size_t n, room;
	} frames;
	struct {
		struct path_gap *at;
		size_t n, room;
	} gaps;
};

/* What a single call may cost; what needs more cannot be followed. */
#define CALL_PATH_MAX_PCS (1u << 20)
#define CALL_PATH_MAX_STEPS (1u << 23)
#define CALL_PATH_MAX_WORK (1u << 24)

/*
 * The way that fits the PCs best. 0, or -ENODATA: none of them is of this code; -E2BIG: it would
 * take more than the bounds above; -ENOMEM.
 */
int call_path_find(struct code_blocks *blocks, const uint64_t *pcs, size_t n,
		   struct call_path *ret);

void call_path_fini(struct call_path *path);

/* Whether a frame goes on in the place of the one that entered it. */
static inline bool path_frame_is_tail(const struct path_frame *frame)
{
	return frame->how == EDGE_TAIL || frame->how == EDGE_TAIL_INDIRECT ||
	       frame->how == EDGE_TAIL_OPAQUE;
}

#endif
