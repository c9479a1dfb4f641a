/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYMBOLIZER_H
#define KCOV_SYMBOLIZE_SYMBOLIZER_H

#include "given.h"
#include "image-index.h"
#include "kernel.h"
#include "known-image.h"

struct kcov_symbolizer {
	/* NULL: the kernel's own symbols are all there is. */
	struct kcov_image_index *index;
	/* NULL: not for the running kernel. */
	struct kcov_kernel *kernel;
	/* If there is no kernel. */
	struct kcov_given given;
	char *path;
	/* What the image is called, which is a module by itself: addresses are offsets; or NULL. */
	char *module;
};

static inline const char *kcov_symbolizer_name(const struct kcov_symbolizer *symbolizer)
{
	return symbolizer->module ? symbolizer->module : "vmlinux";
}

/*
 * Visit the images of that name, or all that there are if it is NULL, vmlinux first. Returns 0,
 * what the visitor does, or -ENOMEM.
 */
int kcov_symbolizer_visit(const struct kcov_symbolizer *symbolizer, const char *name,
			  kcov_known_image_visitor *visitor, void *context);

/* Name the image of a place; its offset is 0. */
void kcov_image_offset_init(const struct kcov_known_image *image, struct kcov_image_offset *ret);

/* The coverage points of a module by itself, whose PCs are offsets, as kcov_index_points(). */
int kcov_points_by_offset(const struct kcov_index *index, enum kcov_point kind, uint64_t offset,
			  uint64_t *ret, size_t room);

/* What an index says of an address in it. Returns 0 or -EBADMSG. */
int kcov_locate_in_index(const struct kcov_index *index, const struct kcov_place *place,
			 uint64_t address, struct kcov_location *location);

#endif
