/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_BUILD_ID_H
#define KCOV_SYMBOLIZE_BUILD_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A SHA-1 has 20 bytes; linkers can be told to use anything. */
#define KCOV_BUILD_ID_MAX 64
#define KCOV_BUILD_ID_HEX_SIZE (2 * KCOV_BUILD_ID_MAX + 1)

struct kcov_build_id {
	uint8_t bytes[KCOV_BUILD_ID_MAX];
	size_t n;
};

/*
 * Find the build-id among ELF notes of this machine's byte order, as they are in
 * a note section and in /sys/kernel/notes. Returns 0, or -ENODATA: there is none.
 */
int kcov_build_id_parse(const void *notes, size_t size, struct kcov_build_id *ret);

bool kcov_build_id_equal(const struct kcov_build_id *a, const struct kcov_build_id *b);

/* Write it in hexadecimal and return hex. */
const char *kcov_build_id_format(const struct kcov_build_id *id, char hex[KCOV_BUILD_ID_HEX_SIZE]);

#endif
