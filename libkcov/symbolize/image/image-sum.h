/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_IMAGE_SUM_H
#define KCOV_SYMBOLIZE_IMAGE_SUM_H

#include "image.h"

/*
 * What tells an image and its debug file from all others. A build-id does not: linkers can be told
 * to use anything, and what is stripped or added later does not change it.
 */

/*
 * Of all bytes of both, wherever they lie. It reads them, and is to be asked for before symbols
 * are: what is inflated then would count.
 */
uint64_t kcov_image_sum(const struct kcov_image *image);

/*
 * Of where both lie, their sizes and when they were changed: as long as that is the same, so are
 * their bytes. It reads nothing. Returns 0, -ESTALE: one was changed so shortly ago that it could
 * change once more and show the same time, or -ENOMEM, or another -errno: it is no longer there.
 */
int kcov_image_state_sum(const struct kcov_image *image, uint64_t *ret);

/* Whether neither was written to since it was opened. */
bool kcov_image_is_unchanged(const struct kcov_image *image);

#endif
