/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYMBOLIZER_H
#define KCOV_SYMBOLIZE_SYMBOLIZER_H

#include "index/image-index.h"
#include "kernel/kernel-symbols.h"
#include "kernel/kernel.h"
#include "kernel/known-image.h"

struct kcov_symbolizer {
	/* What it was opened for: vmlinux, the kernel's own symbols, or a module by itself. */
	struct kcov_known_image first;
	/* Which is of the first of these, or, if that is NULL, of the second. */
	struct kcov_image_index *index;
	struct kcov_kernel_symbols symbols;
	/* Where it lies, and modules. */
	struct kcov_kernel *kernel;
	char *path;
};

/*
 * Visit the images of that name, or all that there are if it is NULL, the first one first. Returns
 * 0, what the visitor does, or -ENOMEM.
 */
int kcov_symbolizer_visit(const struct kcov_symbolizer *symbolizer, const char *name,
			  kcov_known_image_visitor *visitor, void *context);

/* Name the image of a place; its offset is 0. */
void kcov_image_offset_init(const struct kcov_known_image *image, struct kcov_image_offset *ret);

/* What an index says of an address in it. Returns 0 or -EBADMSG. */
int kcov_locate_in_index(const struct kcov_index *index, const struct kcov_place *place,
			 uint64_t address, struct kcov_location *location);

/* The last of kcov_location_frames(), all NULL if there is none. Returns as that. */
int kcov_outermost_frame(const struct kcov_location *location, struct kcov_frame *ret);

#endif
