/* SPDX-License-Identifier: MIT */
/* Structures of the caller that may be of an older or a newer version than ours. */
#ifndef KCOV_OPTS_H
#define KCOV_OPTS_H

#include <stddef.h>

/*
 * Copy opts, which begins with its size, over ret, which holds the defaults and is
 * known bytes large. -EINVAL: not even the size fits; -E2BIG: what we do not know of it
 * is not 0.
 */
int kcov_opts_copy(const void *opts, size_t known, void *ret);

#endif
