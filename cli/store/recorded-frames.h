/* SPDX-License-Identifier: MIT */
/* The source lines of what ran, by the inline chains that recordings have. */
#ifndef KCOVCTL_RECORDED_FRAMES_H
#define KCOVCTL_RECORDED_FRAMES_H

#include "../coverage/source-lines.h"
#include "recorded-images.h"

/*
 * Add the points of an image that the chosen runs of a recording hit; number tells the image's
 * functions from those of others. 0, or -1, and why was told.
 */
int recorded_frames_add(const struct recording *recording, const struct recorded_image *image,
			uint64_t number, struct source_lines *lines);

#endif
