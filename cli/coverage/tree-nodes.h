/* SPDX-License-Identifier: MIT */
/* The functions that a call ran, as a tree: in the order in which they began, each before its own.
 */
#ifndef KCOVCTL_TREE_NODES_H
#define KCOVCTL_TREE_NODES_H

#include <stddef.h>
#include <stdint.h>

enum tree_how {
	TREE_CALL,
	/* By a pointer. */
	TREE_INDIRECT,
	/* In the place of the function that called it. */
	TREE_TAIL,
	TREE_INLINE,
	/* A page fault, an interrupt, work of the task. */
	TREE_ASYNC,
	/* The thread was lost before it. */
	TREE_UNKNOWN,
};

enum {
	/* The parent of what nothing called. */
	TREE_NO_NODE = UINT32_MAX,
};

struct tree_node {
	enum tree_how how;
	uint32_t parent;
	uint32_t depth;
	/* Of what is in it, itself included: nodes that follow. */
	uint32_t size;
	/* NULL: it is not known. Texts are the symbolizer's. */
	const char *function;
	const char *file;
	uint32_t line;
	/* Where its parent called it; 0: it is not known. */
	uint32_t call_line;
	/* The address of an instruction of it; 0: there is none. */
	uint64_t address;
	/* The number of its first PC, and how many are its own. */
	uint32_t first;
	uint32_t pcs;
	/* How often it comes in a row, with all that is in it. */
	uint32_t times;
	/* Of its names, and those of all that is in it. */
	uint64_t hash;
};

struct tree_nodes {
	struct tree_node *at;
	size_t n, room;
};

#endif
