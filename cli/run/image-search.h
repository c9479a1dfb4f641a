/* SPDX-License-Identifier: MIT */
/*
 * The files of a recording's images, which are known by their build-ids: what the command line
 * names, where vmlinux was when it was recorded, or where kernels and modules are on this machine.
 */
#ifndef KCOVCTL_IMAGE_SEARCH_H
#define KCOVCTL_IMAGE_SEARCH_H

#include "../store/recorded-images.h"
#include "../store/recorded-runs.h"
#include "images.h"

/* What answers for an image. */
struct found_image {
	/* NULL: it was not found. */
	const struct kcov_symbolizer *symbolizer;
	/* As kcov_symbolizer_points() has it. */
	const char *name;
};

struct image_search {
	/* What the chosen runs have. */
	struct recorded_images images;
	struct recorded_runs runs;
	/* One for each of them. */
	struct found_image *found;
	struct {
		struct kcov_symbolizer **at;
		size_t n, room;
	} symbolizers;
};

/*
 * Look for all images of a recording, behind query_select(). 0, or EXIT_USAGE, and why was told: a
 * file that is named cannot be read, or is no image of theirs. That one is not found is no failure.
 */
int image_search_init(const struct images *given, const struct recording *recording,
		      struct image_search *ret);

void image_search_fini(struct image_search *search);

#endif
