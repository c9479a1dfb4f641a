/* SPDX-License-Identifier: MIT */
/* Source trees of kernels, as far as they are on this machine. */
#ifndef KCOVCTL_SOURCE_TREES_H
#define KCOVCTL_SOURCE_TREES_H

#include "../coverage/subsystems.h"

struct source_trees {
	struct source_tree {
		struct source_tree *next;
		char *root;
		/* Whether there are any: else its MAINTAINERS cannot be read. */
		bool has_subsystems;
		struct subsystems subsystems;
	} * first;
};

/*
 * The subsystems of the tree in a directory, whose name ends in a slash. They stay until
 * source_trees_fini(). NULL: it has no MAINTAINERS, or that cannot be read.
 */
struct subsystems *source_trees_get(struct source_trees *trees, const char *root);

void source_trees_fini(struct source_trees *trees);

#endif
