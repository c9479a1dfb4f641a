/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KNOWN_IMAGE_H
#define KCOV_SYMBOLIZE_KNOWN_IMAGE_H

#include "../index/index.h"
#include "kallsyms.h"
#include "loaded-modules.h"

/* How an address in an image's index becomes a PC. */
enum kcov_placement {
	/* It is one. */
	KCOV_PLACED_AS_LINKED,
	/* By its offset: a module by itself. */
	KCOV_PLACED_BY_OFFSET,
	/* By where the kernel has the section. */
	KCOV_PLACED_BY_KERNEL,
	/* It does not: the module is not loaded, or the kernel hides where. */
	KCOV_PLACED_NOWHERE,
};

/* An image that a symbolizer knows, while somebody visits it. The names hold on. */
struct kcov_known_image {
	const char *name;
	/* n is 0: not known. */
	const struct kcov_build_id *id;
	/* NULL: symbols are all that is known. */
	const struct kcov_index *index;
	enum kcov_placement placement;
	/* KCOV_PLACED_BY_KERNEL: the number of the module among those that are loaded. */
	const struct kcov_loaded *loaded;
	size_t module;
	/* What KASLR added to its PCs, and where it begins with that. */
	uint64_t kaslr_offset;
	uint64_t base;
	/*
	 * If there is no index, of all modules, or of the kernel, whose addresses become PCs by
	 * what KASLR added; NULL: there are none.
	 */
	const struct kcov_kallsyms *symbols;
};

/* Returns 0 to go on, or what the visit is to return. */
typedef int kcov_known_image_visitor(void *context, const struct kcov_known_image *image);

/* The PC of an address in the index of an image; false: it is loaded nowhere that is known. */
bool kcov_known_image_pc(const struct kcov_known_image *image, uint64_t address, uint64_t *ret);

/* Whether it is known where offsets count from: not of a module whose symbols are all there is. */
static inline bool kcov_known_image_has_offsets(const struct kcov_known_image *image)
{
	return image->index || image->placement == KCOV_PLACED_AS_LINKED;
}

/* The offset of a PC in an image that is placed without asking a kernel; false: not in there. */
bool kcov_known_image_to_offset(const struct kcov_known_image *image, uint64_t pc, uint64_t *ret);

/* The address of an offset, for kcov_known_image_pc(); false: it is in no section. */
bool kcov_known_image_from_offset(const struct kcov_known_image *image, uint64_t offset,
				  uint64_t *ret);

#endif
