/* SPDX-License-Identifier: MIT */
/* The source lines of all coverage points of an image, whether they ran or not. */
#ifndef KCOVCTL_IMAGE_LINES_H
#define KCOVCTL_IMAGE_LINES_H

#include "point-hits.h"
#include "source-lines.h"

#include <kcov/symbolize.h>

struct image_lines {
	const struct kcov_symbolizer *symbolizer;
	/* As kcov_symbolizer_points() has it. */
	const char *image;
	/* What tells the copies of its functions from those of other images: its number. */
	uint64_t number;
	/* What ran. */
	const struct point_hits *hits;
};

/*
 * Add all of them, but for those that a kernel frees when it has started. *ret: how many of the
 * points that ran are there. 0, -ENOMEM, or an error of all_points(), kcov_symbolizer_lookup() or
 * kcov_location_frames(), after which some may have been added.
 */
int image_lines_add(const struct image_lines *image, struct source_lines *lines, size_t *ret);

#endif
