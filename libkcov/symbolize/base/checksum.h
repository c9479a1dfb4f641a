/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CHECKSUM_H
#define KCOV_SYMBOLIZE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* XXH3, 64 bits: it takes no longer than to read what it is of. */
uint64_t kcov_checksum(const void *at, size_t size);

#endif
