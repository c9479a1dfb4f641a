// SPDX-License-Identifier: MIT
#include "bytes.h"

#include "cleanup.h"

#include <string.h>

#define FIRST_ROOM 4096u

void kcov_bytes_fini(struct kcov_bytes *bytes)
{
	free(bytes->at);
	*bytes = (struct kcov_bytes){};
}

/* Room for n more, or NULL. */
static uint8_t *bytes_grow(struct kcov_bytes *bytes, size_t n)
{
	size_t room = bytes->room ? bytes->room : FIRST_ROOM;
	uint8_t *at;

	if (bytes->failed)
		return NULL;
	if (n <= bytes->room - bytes->n)
		return bytes->at + bytes->n;
	while (room - bytes->n < n && room <= SIZE_MAX / 2)
		room *= 2;
	at = room - bytes->n < n ? NULL : realloc(bytes->at, room);
	if (!at) {
		bytes->failed = true;
		return NULL;
	}
	bytes->at = at;
	bytes->room = room;
	return at + bytes->n;
}

void kcov_bytes_add(struct kcov_bytes *bytes, const void *data, size_t n)
{
	uint8_t *to = bytes_grow(bytes, n);

	if (!to || !n)
		return;
	memcpy(to, data, n);
	bytes->n += n;
}

void kcov_bytes_align(struct kcov_bytes *bytes, size_t alignment)
{
	size_t n = -bytes->n & (alignment - 1);
	uint8_t *to = bytes_grow(bytes, n);

	if (!to || !n)
		return;
	memset(to, 0, n);
	bytes->n += n;
}

void kcov_bytes_add_u32(struct kcov_bytes *bytes, uint32_t value)
{
	uint8_t word[4];

	kcov_store_u32(word, value);
	kcov_bytes_add(bytes, word, sizeof(word));
}

void kcov_bytes_add_number(struct kcov_bytes *bytes, uint32_t number)
{
	uint8_t *to = bytes_grow(bytes, 5);

	if (!to)
		return;
	for (; number > 0x7f; number >>= 7)
		to[0] = (uint8_t)(number | 0x80), to++, bytes->n++;
	*to = (uint8_t)number;
	bytes->n++;
}
