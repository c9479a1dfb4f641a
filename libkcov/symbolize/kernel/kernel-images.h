/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KERNEL_IMAGES_H
#define KCOV_SYMBOLIZE_KERNEL_IMAGES_H

#include "kernel.h"
#include "known-image.h"

/*
 * Visit the modules of that name, or all if it is NULL: those that are loaded, then those that were
 * given and are not. Returns 0, what the visitor does, or -ENOMEM.
 */
int kcov_kernel_visit(struct kcov_kernel *kernel, const char *name,
		      kcov_known_image_visitor *visitor, void *context);

/*
 * The coverage points of a module, as kcov_symbolizer_points() gives them. Returns as that, but for
 * -EINVAL.
 */
int kcov_kernel_points(struct kcov_kernel *kernel, const char *module, enum kcov_point kind,
		       uint64_t pc, uint64_t *ret, size_t room);

/* What cannot be answered of the images of modules that were opened: see image-index.h. */
int kcov_kernel_unanswered(struct kcov_kernel *kernel, int n, struct kcov_unanswered *ret,
			   size_t room);

/* What a module's image shows of its build. Returns as kcov_symbolizer_build(). */
int kcov_kernel_build(struct kcov_kernel *kernel, const char *module);

#endif
