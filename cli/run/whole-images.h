/* SPDX-License-Identifier: MIT */
/* What images have that no run of a recording hit. */
#ifndef KCOVCTL_WHOLE_IMAGES_H
#define KCOVCTL_WHOLE_IMAGES_H

#include "image-search.h"

/*
 * Add the functions of all of a recording's images to what query_table() asks, for those that did
 * not run; behind query_select(). That an image is not found is told, and no failure. 0, or the
 * status to exit with, and why was told.
 */
int whole_images_add(const struct images *given, const struct recording *recording);

#endif
