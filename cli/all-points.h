/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_ALL_POINTS_H
#define KCOVCTL_ALL_POINTS_H

#include <kcov/symbolize.h>

/*
 * Hand all coverage points of an image to each(), some at a time, until it returns something else
 * than 0. Returns that, or 0, or what kcov_symbolizer_points() failed with.
 */
int all_points(const struct kcov_symbolizer *symbolizer, const char *image, enum kcov_point kind,
	       int (*each)(void *context, const uint64_t *pcs, size_t n), void *context);

#endif
