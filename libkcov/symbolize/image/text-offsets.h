/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_TEXT_OFFSETS_H
#define KCOV_SYMBOLIZE_TEXT_OFFSETS_H

#include "image.h"

/*
 * The offset of each section of an image's text, in the order of image->text.ranges: what an
 * address in it is called wherever the image is loaded. Those of what is linked count from the
 * lowest address of text. Those of a module are in a space of our own: its executable sections one
 * behind the other in the order of their headers, each aligned as its header says.
 *
 * ret has room for all of them. Returns 0, or -EFBIG: they span more than 4 GB.
 */
int kcov_text_offsets(const struct kcov_image *image, uint32_t *ret);

#endif
