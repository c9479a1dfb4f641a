/* SPDX-License-Identifier: MIT */
/* The way of a call as the tree of its functions, with those that were inlined. */
#ifndef KCOVCTL_CALL_TREE_H
#define KCOVCTL_CALL_TREE_H

#include "../coverage/places.h"
#include "../coverage/tree-nodes.h"
#include "call-path.h"

/*
 * Deeper nodes than max_depth are left out; what comes several times in a row is one, with times.
 * 0, as call_path_find(), or what places failed with. ret->at is to be freed.
 */
int call_tree_make(struct code_blocks *blocks, struct places *places, const uint64_t *pcs, size_t n,
		   uint32_t max_depth, struct tree_nodes *ret);

#endif
