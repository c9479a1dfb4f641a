/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TRY_KASLR_H
#define KCOV_TRY_KASLR_H

#include <kcov/kcov.h>
#include <stdbool.h>

/*
 * Whether this kernel subtracts a random offset from PCs: those of a system call are
 * compared with where /proc/kallsyms says that its code is. The device is not enabled.
 */
bool kcov_try_kaslr(struct kcov *kcov);

#endif
