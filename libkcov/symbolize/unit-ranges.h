/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNIT_RANGES_H
#define KCOV_SYMBOLIZE_UNIT_RANGES_H

#include "image.h"
#include "steps.h"

#include <elfutils/libdw.h>

/*
 * The text of each compile unit of an image; an id is the offset of its DIE. To be freed
 * by the caller, also after a failure. All units are asked: .debug_aranges would be faster,
 * but clang leaves it out. Returns 0, -ENOMEM, or -EBADMSG: a unit is damaged.
 */
int kcov_unit_ranges_read(const struct kcov_image *image, Dwarf *handle,
			  struct kcov_symbolize_error **error, struct kcov_ranges *ret);

#endif
