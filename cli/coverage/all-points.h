/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_ALL_POINTS_H
#define KCOVCTL_ALL_POINTS_H

#include <kcov/kcov.h>
#include <kcov/symbolize.h>

/*
 * Hand all coverage points of an image to each(), some at a time, until it returns something else
 * than 0. Returns that, or 0, or what kcov_symbolizer_points() failed with.
 */
int all_points(const struct kcov_symbolizer *symbolizer, const char *image, enum kcov_point kind,
	       int (*each)(void *context, const uint64_t *pcs, size_t n), void *context);

/* The kind of points that a mode records. */
enum kcov_point points_kind(enum kcov_mode mode);

/* Why there are none of an image; err: what all_points() returned, 0 if it had none to hand. */
const char *points_cause(const struct kcov_symbolizer *symbolizer, const char *image,
			 enum kcov_mode mode, int err);

/* Which of them the compiler put there, by what kcov_symbolizer_build() returned. */
const char *points_by_compiler(int build);

#endif
