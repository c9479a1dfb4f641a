/* SPDX-License-Identifier: MIT */
/* What a kernel can do, found out by doing it on a device that is not enabled. */
#ifndef KCOV_TRY_H
#define KCOV_TRY_H

#include "internal.h"

/*
 * Whether KCOV_RESET_TRACE works, tried on a device that is not enabled. -EOPNOTSUPP:
 * it does not; -EBUSY: the calling thread records already.
 */
int kcov_try_reset_trace(struct kcov *kcov);

/*
 * Whether this thread could own the device remotely: tried without handles, so that no
 * section ever reports to it and nothing is disturbed. Errors as of KCOV_REMOTE_ENABLE.
 */
int kcov_try_remote(struct kcov *kcov);

#endif
