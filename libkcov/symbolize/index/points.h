/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_POINTS_H
#define KCOV_SYMBOLIZE_POINTS_H

#include "../image/image.h"
#include "flat.h"

/*
 * Where an image's code calls what KCOV records with: found by the call instructions, and in a
 * module, which is not linked, by its relocations. Symbols were read before, and flat has its
 * build. What becomes of flat is its points, sorted, and whether they are known: the text of a
 * separate debug file is not in it, text or relocations may be damaged, and what has no symbols
 * names no callbacks. Returns 0 or -ENOMEM.
 *
 * Where the compiler made a jump of a function's last call, KCOV records what that function
 * returns to, which may be behind any call: that is no point.
 */
int kcov_points_read(const struct kcov_image *image, struct kcov_flat *flat);

/* Whether an image has its code, which a separate debug file has not. */
bool kcov_points_has_text(const struct kcov_image *image);

#endif
