// SPDX-License-Identifier: MIT
#include "build-id.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is left to read. */
struct cursor {
	const uint8_t *at;
	size_t left;
};

/* Notes, their names and what they hold all end on a multiple of 4. */
static const uint8_t *take(struct cursor *cursor, size_t size)
{
	const uint8_t *taken = cursor->at;
	size_t padded = (size + 3) & ~(size_t)3;

	if (size > cursor->left)
		return NULL;
	if (padded > cursor->left)
		padded = cursor->left;
	cursor->at += padded;
	cursor->left -= padded;
	return taken;
}

int kcov_build_id_parse(const void *notes, size_t size, struct kcov_build_id *ret)
{
	struct cursor cursor = { notes, size };
	Elf64_Nhdr header;
	const uint8_t *at;

	while ((at = take(&cursor, sizeof(header)))) {
		const uint8_t *name, *descriptor;

		memcpy(&header, at, sizeof(header));
		name = take(&cursor, header.n_namesz);
		descriptor = name ? take(&cursor, header.n_descsz) : NULL;
		if (!descriptor)
			break;
		if (header.n_type != NT_GNU_BUILD_ID || header.n_namesz != sizeof("GNU") ||
		    memcmp(name, "GNU", sizeof("GNU")) != 0)
			continue;
		if (!header.n_descsz || header.n_descsz > KCOV_BUILD_ID_MAX)
			continue;
		*ret = (struct kcov_build_id){ .n = header.n_descsz };
		memcpy(ret->bytes, descriptor, header.n_descsz);
		return 0;
	}
	return -ENODATA;
}

bool kcov_build_id_equal(const struct kcov_build_id *a, const struct kcov_build_id *b)
{
	return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

const char *kcov_build_id_format(const struct kcov_build_id *id, char hex[KCOV_BUILD_ID_HEX_SIZE])
{
	hex[0] = '\0';
	for (size_t i = 0; i < id->n; i++)
		sprintf(&hex[2 * i], "%02x", id->bytes[i]);
	return hex;
}
