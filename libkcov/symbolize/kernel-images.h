/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KERNEL_IMAGES_H
#define KCOV_SYMBOLIZE_KERNEL_IMAGES_H

#include "kernel.h"
#include "known-image.h"

/*
 * Visit the modules of that name, or all if it is NULL: those that are loaded, then those that were
 * given and are not. The kernel itself is one if it has no image. Returns 0, what the visitor does,
 * or -ENOMEM.
 */
int kcov_kernel_visit(struct kcov_kernel *kernel, const char *name,
		      kcov_known_image_visitor *visitor, void *context);

#endif
