/* SPDX-License-Identifier: MIT */
/* What a page of a recording is. */
#ifndef KCOVCTL_PAGE_LAYOUT_H
#define KCOVCTL_PAGE_LAYOUT_H

enum {
	/* No page of another size is written, or read without an error. */
	PAGE_SUMS_PAGE_SIZE = 8192,
	/* At its end, not SQLite's: 8 bytes of its sum, and 8 of page-stamp.h. */
	PAGE_SUMS_RESERVED = 16,
};

#endif
