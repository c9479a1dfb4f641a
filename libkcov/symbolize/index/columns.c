// SPDX-License-Identifier: MIT
#include "columns.h"

#define UP_TO(n_) (uint32_t)((1ull << (n_)) - 1)
#define EIGHT(n_)                                                                                  \
	UP_TO(n_), UP_TO((n_) + 1), UP_TO((n_) + 2), UP_TO((n_) + 3), UP_TO((n_) + 4),             \
		UP_TO((n_) + 5), UP_TO((n_) + 6), UP_TO((n_) + 7)

/* All from 32 on are the same. */
const uint32_t kcov_columns_masks[1u << KCOV_COLUMNS_BITS] = {
	EIGHT(0), EIGHT(8), EIGHT(16), EIGHT(24), EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56),
};

/* Bits that do not fill a word yet. */
struct bits {
	struct kcov_bytes *bytes;
	uint64_t pending;
	unsigned int n;
};

static void add_bits(struct bits *bits, uint32_t number, unsigned int n)
{
	bits->pending |= (uint64_t)number << bits->n;
	bits->n += n;
	if (bits->n < 32)
		return;
	kcov_bytes_add_u32(bits->bytes, (uint32_t)bits->pending);
	bits->pending >>= 32;
	bits->n -= 32;
}

static void end_bits(struct bits *bits)
{
	uint8_t word[4];

	kcov_store_u32(word, (uint32_t)bits->pending);
	kcov_bytes_add(bits->bytes, word, (bits->n + 7) / 8);
}

struct range {
	/* One less than the least number but 0, or 0. */
	uint32_t base;
	uint8_t bits;
};

static struct range range_of(const uint32_t *numbers, size_t n_rows, unsigned int stride,
			     bool has_base)
{
	uint32_t least = UINT32_MAX, most = 0;
	struct range range = { 0 };

	for (size_t i = 0; i < n_rows; i++) {
		uint32_t number = numbers[i * stride];

		if (number > most)
			most = number;
		if (number && number < least)
			least = number;
	}
	if (has_base && most)
		range.base = least - 1;
	range.bits = kcov_columns_bits(most - range.base);
	return range;
}

void kcov_columns_add_block(const struct kcov_columns *columns, const uint32_t *numbers,
			    size_t n_rows, struct kcov_bytes *bytes)
{
	struct bits bits = { .bytes = bytes };
	struct range ranges[KCOV_COLUMNS_MAX];

	for (unsigned int i = 0; i < columns->n; i++) {
		ranges[i] = range_of(numbers + i, n_rows, columns->n, columns->base_bits[i]);
		add_bits(&bits, ranges[i].bits, KCOV_COLUMNS_BITS);
	}
	for (unsigned int i = 0; i < columns->n; i++)
		add_bits(&bits, ranges[i].base, columns->base_bits[i]);
	for (size_t row = 0; row < n_rows; row++) {
		for (unsigned int i = 0; i < columns->n; i++) {
			uint32_t number = *numbers++;

			add_bits(&bits, number ? number - ranges[i].base : 0, ranges[i].bits);
		}
	}
	end_bits(&bits);
}
