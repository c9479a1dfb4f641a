/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_COUNT_BY_HAND_H
#define KCOV_TESTS_COUNT_BY_HAND_H

#include <kcov/symbolize.h>
#include <stdbool.h>
#include <stddef.h>

/* Sums over all files. */
struct sums {
	size_t files;
	/* With points that are not of .init, and all that there are. */
	size_t functions;
	size_t all_functions;
	size_t lines;
	size_t points;
	size_t init_points;
};

/*
 * Count the coverage points for PCs of the image that a symbolizer was opened for, one by one, by
 * kcov_location_frames() of each, and compare what becomes of it with kcov_symbolizer_files(),
 * kcov_symbolizer_functions() and kcov_location_function(). Each difference is a line on standard
 * error. Returns whether there was none.
 */
bool count_by_hand(const struct kcov_symbolizer *symbolizer, struct sums *ret);

#endif
