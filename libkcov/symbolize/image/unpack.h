/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_UNPACK_H
#define KCOV_SYMBOLIZE_UNPACK_H

#include "../base/bytes.h"

/*
 * What a file holds that is compressed as a whole, as modules are (.ko.zst, .ko.xz, .ko.gz): fd is
 * open on it, and it is mapped at file. Returns 0; 1: it is an ELF file as it is; -ENOMEM; or
 * -EBADMSG: it is damaged, or is not compressed as libdw knows it and no ELF file, and cause says
 * more.
 */
int kcov_unpack(int fd, const void *file, size_t size, struct kcov_bytes *ret, const char **cause);

#endif
