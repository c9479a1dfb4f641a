/* SPDX-License-Identifier: MIT */
/* Hashes, for keys of a map whose values are compared then. */
#ifndef KCOVCTL_HASH_H
#define KCOVCTL_HASH_H

#include <stdint.h>

#define HASH_EMPTY UINT64_C(0xcbf29ce484222325)

/* FNV-1a. */
static inline uint64_t hash_text(uint64_t hash, const char *text)
{
	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 0x100000001b3;
	return hash;
}

static inline uint64_t hash_number(uint64_t hash, uint64_t number)
{
	hash = (hash ^ number) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

#endif
