/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_WRITE_H
#define KCOV_SYMBOLIZE_INDEX_WRITE_H

#include "flat.h"

/*
 * The bytes of an index, to be freed by kcov_bytes_fini(); texts that only an index has are added
 * to the strings. Returns 0, -ENOMEM or -EFBIG.
 */
int kcov_index_write(struct kcov_flat *flat, struct kcov_bytes *ret);

#endif
