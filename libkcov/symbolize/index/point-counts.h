/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_POINT_COUNTS_H
#define KCOV_SYMBOLIZE_POINT_COUNTS_H

#include "flat.h"
#include "folds.h"

/*
 * How many coverage points of PCs are in each file and each function: those of the outermost frame
 * of each. A point of .init is counted by itself, and in nothing else.
 */
struct kcov_file_count {
	/* KCOV_FLAT_NONE: not known. */
	uint32_t file;
	uint32_t points;
	uint32_t init_points;
	/* With points that are not of .init. */
	uint32_t functions;
	/* On which any frame of any such point is. */
	uint32_t lines;
};

struct kcov_function_count {
	/* Folded, or KCOV_FLAT_NONE; and the file as above. */
	uint32_t name;
	uint32_t file;
	/* These two are of its points, or of those of .init if it has no others; 0: not known. */
	uint32_t line;
	/* The first. */
	uint32_t pc;
	uint32_t points;
	uint32_t init_points;
};

struct kcov_point_counts {
	/* By the texts of files: none, then by the name without the source tree, then by path. */
	KCOV_TABLE(struct kcov_file_count) files;
	/* By file likewise, then by name. */
	KCOV_TABLE(struct kcov_function_count) functions;
};

/* Returns 0 or -ENOMEM. */
int kcov_point_counts_init(const struct kcov_flat *flat, const struct kcov_folds *folds,
			   struct kcov_point_counts *ret);

void kcov_point_counts_fini(struct kcov_point_counts *counts);

#endif
