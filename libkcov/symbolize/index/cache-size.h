/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CACHE_SIZE_H
#define KCOV_SYMBOLIZE_CACHE_SIZE_H

#include <stdint.h>

/* How large the cache may be: $KCOV_CACHE_SIZE, or 1 GiB. */

/*
 * Read a number of bytes, or of K, M, G or T (of 1024 each), whose letter may be small, and "B" or
 * "iB" may follow it. Returns 0, or -EINVAL: it is none, or larger than 64 bits.
 */
int kcov_cache_size_parse(const char *text, uint64_t *ret);

/* That of the variable. Returns 0, or -EINVAL: it is set to no size. */
int kcov_cache_size_read(uint64_t *ret);

/* The same, and 1 GiB if it is set to no size. */
uint64_t kcov_cache_size(void);

#endif
