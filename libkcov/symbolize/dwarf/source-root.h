/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SOURCE_ROOT_H
#define KCOV_SYMBOLIZE_SOURCE_ROOT_H

#include "../base/arena.h"
#include "../base/steps.h"
#include "../image/image.h"
#include "split-search.h"

#include <elfutils/libdw.h>

/*
 * Where the source tree is that a kernel was built from; in arena, or NULL: unknown. units
 * holds the text of each unit. Returns 0 or -ENOMEM.
 */
int kcov_source_root_find(const struct kcov_image *image, Dwarf *handle,
			  const struct kcov_steps *units, struct kcov_split_search *splits,
			  struct kcov_arena *arena, const char **ret);

#endif
