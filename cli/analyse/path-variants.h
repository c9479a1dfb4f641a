/* SPDX-License-Identifier: MIT */
/*
 * Other ways between the same two PCs: where none of two ways has a point, the PCs do not tell
 * which was taken.
 */
#ifndef KCOVCTL_PATH_VARIANTS_H
#define KCOVCTL_PATH_VARIANTS_H

#include "call-path.h"

/*
 * The way that leaves a step's branch otherwise, if it comes to where the path goes on within the
 * same function, without a point before that. 1 and *ret, to be freed by call_path_fini(); 0: there
 * is none; or -ENOMEM.
 */
int path_variant_at(struct code_blocks *blocks, const struct call_path *path, uint32_t step,
		    struct call_path *ret);

#endif
