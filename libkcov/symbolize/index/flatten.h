/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FLATTEN_H
#define KCOV_SYMBOLIZE_FLATTEN_H

#include "../image/image.h"
#include "flat.h"

/*
 * All that an image with DWARF says of its text; its symbols were read before. To be freed by
 * kcov_flat_fini(). Returns 0, -ENOMEM, -EINVAL: libdw cannot make anything of its DWARF,
 * or -EFBIG: its text spans more than 4 GB.
 */
int kcov_flatten(const struct kcov_image *image, struct kcov_symbolize_error **error,
		 struct kcov_flat *ret);

#endif
