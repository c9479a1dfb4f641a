/* SPDX-License-Identifier: MIT */
/* The functions that a call ran, as a tree. */
#ifndef KCOVCTL_TREE_WRITER_H
#define KCOVCTL_TREE_WRITER_H

#include "../coverage/event.h"
#include "../coverage/tree-nodes.h"

#include <stdio.h>

struct written_tree {
	const struct event *event;
	/* Its number in the recording, from 1 on. */
	uint64_t number;
	/* NULL: it cannot be followed, and why. */
	const struct tree_nodes *nodes;
	const char *cause;
};

/* What the stream did not take is for the caller to find. */
typedef void tree_writer(const struct written_tree *tree, FILE *out);

/* As indentation, and as a JSON object of flat nodes. */
tree_writer tree_write_text;
tree_writer tree_write_json;

#endif
