// SPDX-License-Identifier: MIT
#define XXH_INLINE_ALL
#include "page-stamp.h"

#include <string.h>
#include <xxhash.h>

enum {
	SUM = 8,
};

/* The sum is in it, so that a stamp is of one page as it was written once. */
static uint32_t make_check(const uint8_t *tail, uint32_t page, uint32_t generation)
{
	const uint64_t seed = (uint64_t)page << 32 | generation;

	return (uint32_t)XXH3_64bits_withSeed(tail, SUM, seed);
}

static void put_le32(uint8_t *at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get_le32(const uint8_t *at)
{
	return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

void page_stamp_put(uint8_t tail[PAGE_SUMS_RESERVED], uint32_t page, uint32_t generation)
{
	put_le32(tail + SUM, generation);
	put_le32(tail + SUM + 4, make_check(tail, page, generation));
}

uint32_t page_stamp_get(const uint8_t tail[PAGE_SUMS_RESERVED], uint32_t page)
{
	static const uint8_t nothing[PAGE_SUMS_RESERVED - SUM];
	const uint32_t generation = get_le32(tail + SUM);

	if (!memcmp(tail + SUM, nothing, sizeof(nothing)))
		return 0;
	return get_le32(tail + SUM + 4) == make_check(tail, page, generation) ? generation
									      : PAGE_STAMP_UNKNOWN;
}
