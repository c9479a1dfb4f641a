/* SPDX-License-Identifier: MIT */
/* What functions without coverage points call, directly or by others of their kind. */
#ifndef KCOVCTL_CALLEES_H
#define KCOVCTL_CALLEES_H

#include "code-blocks.h"

/* Whether a function with points may be called so. False, too, if there is no memory. */
bool callees_reach(struct code_blocks *blocks, struct code_function *function,
		   const struct code_function *wanted);

/* What was kept with the functions of an image. */
void callees_free(struct code_image *image);

#endif
