/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INFLATE_H
#define KCOV_SYMBOLIZE_INFLATE_H

#include "bytes.h"

/* Compressed bytes made plain, by zlib and libzstd: libelf knows zstd from 0.189 on only. */

/*
 * The most that a file of so many bytes may become: 64 MiB, or 64 times its size. DWARF becomes 10
 * times as much at most, so that only a file that is made to fill the memory becomes more.
 */
uint64_t kcov_inflate_limit(uint64_t size);

/*
 * What a section of ELF holds behind its header of compression, whose ch_type and ch_size are type
 * and n_out. Returns 0, -ENOTSUP: the type is not known, -ENOMEM, or -EBADMSG: it is damaged, or
 * becomes another number of bytes, and cause says how.
 */
int kcov_inflate(uint32_t type, const void *in, size_t n_in, void *out, size_t n_out,
		 const char **cause);

/* Whether a file is compressed as a whole by zstd, as a .ko.zst is. */
bool kcov_inflate_is_zstd(const void *file, size_t size);

/*
 * All of such a file. Returns 0, -ENOMEM, -EFBIG: it would be more than kcov_inflate_limit(), or
 * -EBADMSG: it is damaged or cut off, and cause says how.
 */
int kcov_inflate_zstd(const void *file, size_t size, struct kcov_bytes *ret, const char **cause);

#endif
