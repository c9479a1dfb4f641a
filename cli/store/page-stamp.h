/* SPDX-License-Identifier: MIT */
/*
 * Which checkpoint wrote a page of a database: its generation, in the last 8 of a page's bytes,
 * with a check of its own, since a program without our VFS leaves there what balanced the page's
 * frame in the WAL. A page's last bytes are its tail: 8 of its sum, 8 of its stamp. Pure.
 */
#ifndef KCOVCTL_PAGE_STAMP_H
#define KCOVCTL_PAGE_STAMP_H

#include "page-layout.h"

#include <stdint.h>

/* No checkpoint of ours wrote page 1: nothing is known of the others. */
#define PAGE_STAMP_UNKNOWN UINT32_MAX

/* Behind the sum, which it is of, too. */
void page_stamp_put(uint8_t tail[PAGE_SUMS_RESERVED], uint32_t page, uint32_t generation);

/* 0: it was written before the first checkpoint, or has no stamp: PAGE_STAMP_UNKNOWN. */
uint32_t page_stamp_get(const uint8_t tail[PAGE_SUMS_RESERVED], uint32_t page);

#endif
