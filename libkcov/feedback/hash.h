/* SPDX-License-Identifier: MIT */
/* Where a value belongs in a hash table of any number of slots. */
#ifndef KCOV_HASH_H
#define KCOV_HASH_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t kcov_hash(uint64_t value)
{
	/* Its top bits depend on all bits of value, and neighbours are far apart. */
	return value * 0x9e3779b97f4a7c15;
}

static inline size_t kcov_hash_slot(uint64_t value, size_t n_slots)
{
	const uint64_t hash = kcov_hash(value);

#if UINTPTR_MAX > UINT32_MAX
	return (size_t)((unsigned __int128)hash * n_slots >> 64);
#else
	return (size_t)((hash >> 32) * n_slots >> 32);
#endif
}

#endif
