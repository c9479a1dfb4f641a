/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CACHE_H
#define KCOV_SYMBOLIZE_CACHE_H

#include "../image/build-id.h"

/*
 * Files in a directory of the user's: $XDG_CACHE_HOME/kcov, or ~/.cache/kcov. An index is named by
 * the build-id of its image and by a sum of what it was made of. The version of what is in it is
 * in its name, so that versions do not fight.
 *
 * So that the sum need not be made each time, which reads all of an image, a symbolic link from a
 * sum of the state of the image's file leads to its index. A copy of the file has another state,
 * and the same index.
 */

/*
 * The directory, to be freed by the caller. Returns 0, -ENOMEM, or -ENOENT: neither variable is
 * set, or the program has more rights than its user.
 */
int kcov_cache_directory(char **ret);

/* Where the index of an image is, or would be; to be freed by the caller. As above. */
int kcov_cache_path(const struct kcov_build_id *id, uint64_t sum, char **ret);

/* The sum of an image, by the state of its file. Returns 0, -ENOENT: it is not known, or -ENOMEM.
 */
int kcov_cache_recall(const struct kcov_build_id *id, uint64_t state, uint64_t *ret);

/* Let it be known from now on, if that can be. */
void kcov_cache_remember(const struct kcov_build_id *id, uint64_t state, uint64_t sum);

/*
 * Store a file aside and rename it, so that there is never half of one and whoever comes last
 * wins. Missing directories are made, and what was not used for longest is removed, as
 * kcov_cache_trim() does. Returns 0, -EFBIG: it is larger than the cache may be, or -errno.
 */
int kcov_cache_store(const char *path, const void *data, size_t size);

#endif
