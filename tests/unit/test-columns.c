// SPDX-License-Identifier: MIT
#include "unit.h"

#include "index/columns.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS 4u
#define MOST_ROWS 40u

static uint32_t seed = 7;

static uint32_t any(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> (seed >> 8 & 31) ^ seed << 3;
}

/* Up to so many bits, the largest there are at times. */
static uint32_t of_bits(unsigned int bits)
{
	const uint32_t most = (uint32_t)((1ull << bits) - 1);

	return any() % 5 ? any() & most : most;
}

struct made {
	struct kcov_columns columns;
	uint32_t rows[MOST_ROWS][COLUMNS];
	uint32_t n;
	struct kcov_bytes bytes;
	/* As long as it has to be to be read. */
	uint8_t *padded;
};

static struct made make(uint32_t n, const unsigned int *bits, bool has_base)
{
	struct made made = { .columns = { .n = COLUMNS }, .n = n };

	if (has_base)
		made.columns.base_bits[2] = 32;
	for (uint32_t row = 0; row < n; row++)
		for (uint32_t i = 0; i < COLUMNS; i++)
			made.rows[row][i] = of_bits(bits[i]);
	/* Near each other and far from 0, but for some. */
	for (uint32_t row = 0; has_base && row < n; row++)
		made.rows[row][2] = any() % 4 ? UINT32_MAX - any() % 100 : 0;
	kcov_columns_add_block(&made.columns, made.rows[0], n, &made.bytes);
	assert_false(made.bytes.failed);
	made.padded = calloc(1, made.bytes.n + KCOV_COLUMNS_PADDING);
	assert_non_null(made.padded);
	memcpy(made.padded, made.bytes.at, made.bytes.n);
	return made;
}

static void made_fini(struct made *made)
{
	kcov_bytes_fini(&made->bytes);
	free(made->padded);
}

static void assert_rows(const struct made *made)
{
	struct kcov_columns_block block;
	uint32_t row[COLUMNS];

	assert_true(
		kcov_columns_open(&made->columns, made->padded, made->bytes.n, made->n, &block));
	for (uint32_t i = 0; i < made->n; i++) {
		kcov_columns_read(&made->columns, &block, i, row);
		assert_memory_equal(row, made->rows[i], sizeof(row));
	}
	/* A byte less, or a row more than the last byte has bits left for. */
	assert_false(kcov_columns_open(&made->columns, made->padded, made->bytes.n - 1, made->n,
				       &block));
	if (block.row_bits > 7)
		assert_false(kcov_columns_open(&made->columns, made->padded, made->bytes.n,
					       made->n + 1, &block));
}

static void rows_are_read_as_written(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2000; i++) {
		const unsigned int narrow[] = { i % 9, i / 9 % 17, i % 5, i % 3 };
		const unsigned int wide[] = { 32, i % 33, 32, i % 2 * 32 };
		struct made made = make(1 + i % MOST_ROWS, i % 3 ? narrow : wide, i % 2);

		assert_rows(&made);
		made_fini(&made);
	}
}

static void nothing_takes_no_bits(void **state)
{
	const unsigned int none[COLUMNS] = { 0 };
	struct made made = make(MOST_ROWS, none, false);

	(void)state;
	assert_int_equal(made.bytes.n, (KCOV_COLUMNS_BITS * COLUMNS + 7) / 8);
	assert_rows(&made);
	made_fini(&made);
}

static void equal_numbers_take_no_more_than_a_bit(void **state)
{
	const struct kcov_columns columns = { .n = 1, .base_bits = { 32 } };
	uint32_t rows[16];
	struct kcov_bytes bytes = {};

	(void)state;
	for (int i = 0; i < 16; i++)
		rows[i] = UINT32_MAX;
	kcov_columns_add_block(&columns, rows, 16, &bytes);
	assert_int_equal(bytes.n, (KCOV_COLUMNS_BITS + 32 + 16 + 7) / 8);
	kcov_bytes_fini(&bytes);
}

static void the_last_row_up_to_a_number_is_found(void **state)
{
	(void)state;
	for (uint32_t n = 1; n < 40; n++) {
		const struct kcov_columns columns = { .n = 1 };
		uint8_t padded[200] = { 0 };
		uint32_t rows[40] = { 0 };
		struct kcov_bytes bytes = {};
		struct kcov_columns_block block;

		for (uint32_t i = 1; i < n; i++)
			rows[i] = rows[i - 1] + 1 + any() % 9;
		kcov_columns_add_block(&columns, rows, n, &bytes);
		memcpy(padded, bytes.at, bytes.n);
		assert_true(kcov_columns_open(&columns, padded, bytes.n, n, &block));
		for (uint32_t number = 0; number < rows[n - 1] + 5; number++) {
			uint32_t last = n - 1;

			while (rows[last] > number)
				last--;
			assert_int_equal(kcov_columns_find(&block, number), last);
		}
		kcov_bytes_fini(&bytes);
	}
}

/* Whatever its bits say, nothing beyond what it is said to have is read: a sanitizer sees it. */
static void damage_is_refused_or_harmless(void **state)
{
	const struct kcov_columns columns = { .n = COLUMNS, .base_bits = { 0, 17, 32, 0 } };

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		const size_t size = any() % 60;
		uint8_t *bytes = malloc(size + KCOV_COLUMNS_PADDING);
		struct kcov_columns_block block;
		uint32_t row[COLUMNS];

		assert_non_null(bytes);
		for (size_t j = 0; j < size + KCOV_COLUMNS_PADDING; j++)
			bytes[j] = (uint8_t)any();
		if (kcov_columns_open(&columns, bytes, size, 1 + i % 20, &block)) {
			kcov_columns_read(&columns, &block, i % 20, row);
			assert_true(kcov_columns_find(&block, any()) <= i % 20);
		}
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_read_as_written),
		cmocka_unit_test(nothing_takes_no_bits),
		cmocka_unit_test(equal_numbers_take_no_more_than_a_bit),
		cmocka_unit_test(the_last_row_up_to_a_number_is_found),
		cmocka_unit_test(damage_is_refused_or_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
