/* SPDX-License-Identifier: MIT */
/* Functions of images of which nothing ran: a recording has only the others. */
#ifndef KCOVCTL_IMAGE_FUNCTIONS_H
#define KCOVCTL_IMAGE_FUNCTIONS_H

#include "recording.h"

#include <kcov/symbolize.h>

/*
 * Those of an image that have coverage points, for query_table() by function of what did not run;
 * image: its build-id, and what the symbolizer calls it. Behind query_select(). 0, or -1, and why
 * was told.
 */
int image_functions_add(const struct recording *recording, const char *build_id,
			const struct kcov_symbolizer *symbolizer, const char *image);

#endif
