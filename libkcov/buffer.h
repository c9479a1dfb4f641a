/* SPDX-License-Identifier: MIT */
/* The buffer's mapping, between two pages that nobody can touch. */
#ifndef KCOV_BUFFER_H
#define KCOV_BUFFER_H

#include "internal.h"

/* Map kcov->words of kcov->fd to kcov->area. */
int kcov_buffer_map(struct kcov *kcov);

void kcov_buffer_unmap(struct kcov *kcov);

/* Unmap what is behind the first so many words. -ENOMEM: as it was. */
int kcov_buffer_shrink(struct kcov *kcov, size_t words);

#endif
