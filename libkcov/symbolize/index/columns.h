/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_COLUMNS_H
#define KCOV_SYMBOLIZE_COLUMNS_H

#include "../base/bytes.h"

/*
 * Blocks of rows of numbers. In a block each number takes as many bits as the largest of its
 * column needs, so that any row can be read without those before it. docs/index-format.md has
 * the bits.
 */

#define KCOV_COLUMNS_MAX 6u

struct kcov_columns {
	unsigned int n;
	/*
	 * Of numbers that are near each other, and far from 0: a block has the least of them but
	 * 0, in so many bits. 0: it has not.
	 */
	uint8_t base_bits[KCOV_COLUMNS_MAX];
};

/* The bits that numbers up to, and including, this one need. */
static inline uint8_t kcov_columns_bits(uint32_t number)
{
	return number ? (uint8_t)(32 - __builtin_clz(number)) : 0;
}

/* A row is n numbers. */
void kcov_columns_add_block(const struct kcov_columns *columns, const uint32_t *numbers,
			    size_t n_rows, struct kcov_bytes *bytes);

/* How many bytes behind the last block's end have to be there, which say nothing. */
#define KCOV_COLUMNS_PADDING 8u

struct kcov_columns_block {
	const uint8_t *at;
	uint32_t n_rows;
	/* Where the first row begins, and how long each is; in bits. */
	uint32_t begin;
	uint32_t row_bits;
	/* The bits of the first column in the lowest KCOV_COLUMNS_BITS, and so on. */
	uint64_t widths;
};

#define KCOV_COLUMNS_BITS 6u

/* By how many bits a number has; a damaged block may say any that fit KCOV_COLUMNS_BITS. */
extern const uint32_t kcov_columns_masks[1u << KCOV_COLUMNS_BITS];

/* From that bit on; 57 of them at least are of what is there. */
static inline uint64_t kcov_columns_load(const uint8_t *at, uint64_t bit)
{
	return kcov_load_u64(at + bit / 8) >> bit % 8;
}

static inline uint32_t kcov_columns_width(uint64_t widths)
{
	return widths & ((1u << KCOV_COLUMNS_BITS) - 1);
}

/* False: it does not lie in so many bytes. */
static inline bool kcov_columns_open(const struct kcov_columns *columns, const uint8_t *at,
				     size_t size, uint32_t n_rows, struct kcov_columns_block *ret)
{
	uint64_t widths = kcov_load_u64(at);
	uint32_t row_bits = 0, begin = 0;

	ret->widths = widths;
	for (unsigned int i = 0; i < columns->n; i++) {
		row_bits += kcov_columns_width(widths);
		begin += KCOV_COLUMNS_BITS + columns->base_bits[i];
		widths >>= KCOV_COLUMNS_BITS;
	}
	ret->at = at;
	ret->n_rows = n_rows;
	ret->begin = begin;
	ret->row_bits = row_bits;
	return (begin + (uint64_t)n_rows * row_bits + 7) / 8 <= size;
}

static inline uint64_t kcov_columns_row(const struct kcov_columns_block *block, uint32_t row)
{
	return block->begin + (uint64_t)row * block->row_bits;
}

/*
 * Of rows whose first numbers ascend: the last whose first number is no larger than that, or the
 * first. Without a branch on what is read.
 */
static inline uint32_t kcov_columns_find(const struct kcov_columns_block *block, uint32_t number)
{
	const uint32_t mask = kcov_columns_masks[kcov_columns_width(block->widths)];
	uint64_t bit = kcov_columns_row(block, 0);
	uint32_t found = 0;

	for (uint32_t left = block->n_rows; left > 1; left -= left / 2) {
		const uint32_t half = left / 2;
		const uint64_t there = bit + (uint64_t)half * block->row_bits;
		const bool is_far = ((uint32_t)kcov_columns_load(block->at, there) & mask) > number;

		found = is_far ? found : found + half;
		bit = is_far ? bit : there;
	}
	return found;
}

/* The caller knows that there is such a row. */
static inline void kcov_columns_read(const struct kcov_columns *columns,
				     const struct kcov_columns_block *block, uint32_t row,
				     uint32_t *ret)
{
	uint64_t bit = kcov_columns_row(block, row), base_bit = KCOV_COLUMNS_BITS * columns->n;
	uint64_t bits = kcov_columns_load(block->at, bit), widths = block->widths;
	const bool is_whole = block->row_bits <= 57;

	for (unsigned int i = 0; i < columns->n; i++) {
		const uint32_t width = kcov_columns_width(widths);

		ret[i] = (uint32_t)bits & kcov_columns_masks[width];
		if (columns->base_bits[i]) {
			uint32_t base = (uint32_t)kcov_columns_load(block->at, base_bit) &
					kcov_columns_masks[columns->base_bits[i]];

			ret[i] = ret[i] ? ret[i] + base : 0;
			base_bit += columns->base_bits[i];
		}
		widths >>= KCOV_COLUMNS_BITS;
		bit += width;
		bits = is_whole ? bits >> width : kcov_columns_load(block->at, bit);
	}
}

#endif
