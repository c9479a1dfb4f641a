/* SPDX-License-Identifier: MIT */
/* What keeps the code under test from writing to the buffer. */
#ifndef KCOV_PROTECT_H
#define KCOV_PROTECT_H

#include "internal.h"

/*
 * Protect a mapped buffer as wanted; KCOV_PROTECT_AUTO is the best that needs nothing of KCOV. The
 * errors are those of kcov_open().
 */
int kcov_protect(struct kcov *kcov, enum kcov_protection wanted);

/* kcov_reset() for all but KCOV_PROTECT_GUARD. */
int kcov_protect_reset(struct kcov *kcov);

/* Let the calling thread read the buffer, for KCOV_PROTECT_PKEY. */
void kcov_protect_allow_reading(const struct kcov *kcov);

/* The buffer, for reading. */
static inline const uint64_t *kcov_area(const struct kcov *kcov)
{
	if (kcov->protection == KCOV_PROTECT_PKEY)
		kcov_protect_allow_reading(kcov);
	return kcov->area;
}

/* The process's key, or -EOPNOTSUPP. */
int kcov_protect_pkey(void);

#endif
