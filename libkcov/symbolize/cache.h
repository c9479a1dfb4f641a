/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CACHE_H
#define KCOV_SYMBOLIZE_CACHE_H

#include "build-id.h"

/*
 * Files by build-id in a directory of the user's: $XDG_CACHE_HOME/kcov, or ~/.cache/kcov.
 * The version of what is in them is in their names, so that versions do not fight.
 */

/*
 * Where the index of a build is, or would be; to be freed by the caller. Returns 0, -ENOMEM,
 * or -ENOENT: neither variable is set, or the program has more rights than its user.
 */
int kcov_cache_path(const struct kcov_build_id *id, char **ret);

/*
 * Store a file aside and rename it, so that there is never half of one and whoever comes last
 * wins. Missing directories are made. Returns 0 or -errno.
 */
int kcov_cache_store(const char *path, const void *data, size_t size);

#endif
