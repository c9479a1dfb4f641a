/* SPDX-License-Identifier: MIT */
#ifndef KCOV_REMOTE_INTERNAL_H
#define KCOV_REMOTE_INTERNAL_H

#include "internal.h"

/*
 * Whether this thread could own the device remotely: tried without handles, so that no
 * section ever reports to it and nothing is disturbed. Errors as of KCOV_REMOTE_ENABLE.
 */
int kcov_try_remote(struct kcov *kcov);

#endif
