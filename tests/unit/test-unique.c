// SPDX-License-Identifier: MIT
#include "unit.h"

#include <kcov/feedback.h>
#include <stdlib.h>
#include <string.h>

#define MAX 70000

static uint64_t values[MAX], scratch[2 * MAX], unique[MAX], sorted[MAX], expected[MAX];

static int compare(const void *left, const void *right)
{
	const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* The values sorted, each once; how many. */
static size_t expect_sorted(size_t count)
{
	size_t n = 0;

	memcpy(expected, values, count * sizeof(*values));
	qsort(expected, count, sizeof(*expected), compare);
	for (size_t i = 0; i < count; i++)
		if (!n || expected[n - 1] != expected[i])
			expected[n++] = expected[i];
	return n;
}

static void spoil_scratch(size_t words)
{
	memset(scratch, 0xa5, sizeof(scratch));
	/* What is beyond must stay. */
	for (size_t i = words; i < 2 * MAX; i++)
		scratch[i] = i;
}

static void assert_scratch_ends_at(size_t words)
{
	for (size_t i = words; i < 2 * MAX; i++)
		assert_int_equal(scratch[i], i);
}

/* In order of appearance: sorted it is the same, and each value is new in its place. */
static void check(size_t count)
{
	const size_t n = expect_sorted(count);
	size_t at = 0;

	spoil_scratch(2 * count);
	assert_int_equal(kcov_unique(values, count, scratch, unique), n);
	assert_scratch_ends_at(2 * count);
	for (size_t i = 0; i < count && at < n; i++)
		at += values[i] == unique[at];
	assert_int_equal(at, n);
	memcpy(sorted, unique, n * sizeof(*unique));
	qsort(sorted, n, sizeof(*sorted), compare);
	assert_memory_equal(sorted, expected, n * sizeof(*expected));

	spoil_scratch(count);
	assert_int_equal(kcov_unique_sorted(values, count, scratch, sorted), n);
	assert_scratch_ends_at(count);
	assert_memory_equal(sorted, expected, n * sizeof(*expected));

	/* In place. */
	memcpy(sorted, values, count * sizeof(*values));
	assert_int_equal(kcov_unique(sorted, count, scratch, sorted), n);
	assert_memory_equal(sorted, unique, n * sizeof(*unique));
	memcpy(sorted, values, count * sizeof(*values));
	assert_int_equal(kcov_unique_sorted(sorted, count, scratch, sorted), n);
	assert_memory_equal(sorted, expected, n * sizeof(*expected));
}

static uint64_t random_value(unsigned int bits)
{
	const uint64_t value = (uint64_t)rand() << 42 ^ (uint64_t)rand() << 21 ^ (uint64_t)rand();

	return bits ? value >> (64 - bits) : 0;
}

static const size_t counts[] = { 0,   1,   2,   31,   32,   33,   34,   64, 65,
				 255, 256, 257, 1000, 2047, 2048, 5000, MAX };

static void random_values_are_as_qsort_says(void **state)
{
	const unsigned int bits[] = { 0, 1, 4, 8, 12, 20, 32, 64 };

	(void)state;
	srand(1);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (size_t j = 0; j < sizeof(bits) / sizeof(bits[0]); j++) {
			for (size_t k = 0; k < counts[i]; k++)
				values[k] = random_value(bits[j]);
			check(counts[i]);
		}
}

/* Kernel addresses in loops, as in a trace. */
static void traces_are_as_qsort_says(void **state)
{
	(void)state;
	srand(2);
	for (size_t k = 0; k < MAX; k++)
		values[k] = k < 100 || rand() % 50 == 0 ? 0xffffffff81000000 + random_value(25)
							: values[k - 1 - (size_t)(rand() % 100)];
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		check(counts[i]);
}

static void sorted_and_reversed_input_is_input(void **state)
{
	(void)state;
	for (size_t k = 0; k < MAX; k++)
		values[k] = k / 3 * 0x100000001;
	check(MAX);
	for (size_t k = 0; k < MAX; k++)
		values[k] = (MAX - k) * 0x123456789;
	check(MAX);
}

/* Zero, and what an empty slot might look like. */
static void every_value_is_a_value(void **state)
{
	(void)state;
	for (size_t k = 0; k < 300; k++)
		values[k] = k % 3 == 0 ? 0 : k % 3 == 1 ? UINT64_MAX : 0xa5a5a5a5a5a5a5a5;
	check(3);
	check(300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_values_are_as_qsort_says),
		cmocka_unit_test(traces_are_as_qsort_says),
		cmocka_unit_test(sorted_and_reversed_input_is_input),
		cmocka_unit_test(every_value_is_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
