// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <linux/kcov.h>
#include <stdlib.h>
#include <string.h>

#define MAX 2000

static uint64_t records[MAX * KCOV_CMP_WORDS], scratch[2 * MAX];
static struct kcov_cmp operands[MAX];

static void put(size_t index, uint64_t type, uint64_t arg1, uint64_t arg2, uint64_t ip)
{
	const uint64_t record[] = { type, arg1, arg2, ip };

	memcpy(records + index * KCOV_CMP_WORDS, record, sizeof(record));
}

static size_t operands_of(size_t count)
{
	const struct kcov_cmps cmps = { .records = records, .count = count };
	size_t n = MAX + 1;

	memset(scratch, 0xa5, sizeof(scratch));
	assert_int_equal(kcov_operands(&cmps, scratch, operands, &n), 0);
	return n;
}

static void each_pair_comes_once_with_the_ip_of_the_first(void **state)
{
	(void)state;
	put(0, KCOV_CMP_SIZE(2) | KCOV_CMP_CONST, 7, 8, 100);
	put(1, KCOV_CMP_SIZE(2) | KCOV_CMP_CONST, 7, 9, 101);
	put(2, KCOV_CMP_SIZE(2) | KCOV_CMP_CONST, 7, 8, 102);
	assert_int_equal(operands_of(3), 2);
	assert_int_equal(operands[0].arg1, 7);
	assert_int_equal(operands[0].arg2, 8);
	assert_int_equal(operands[0].size, 4);
	assert_true(operands[0].is_const);
	assert_int_equal(operands[0].ip, 100);
	assert_int_equal(operands[1].arg2, 9);
}

static void another_size_side_or_constness_is_another_pair(void **state)
{
	(void)state;
	put(0, KCOV_CMP_SIZE(2), 7, 8, 1);
	put(1, KCOV_CMP_SIZE(3), 7, 8, 1);
	put(2, KCOV_CMP_SIZE(2) | KCOV_CMP_CONST, 7, 8, 1);
	put(3, KCOV_CMP_SIZE(2), 8, 7, 1);
	assert_int_equal(operands_of(4), 4);
}

static void equal_operands_tell_nothing(void **state)
{
	(void)state;
	put(0, KCOV_CMP_SIZE(3), 5, 5, 1);
	put(1, KCOV_CMP_SIZE(3), 0, 0, 1);
	put(2, KCOV_CMP_SIZE(3), 0, 5, 1);
	assert_int_equal(operands_of(3), 1);
	assert_int_equal(operands[0].arg2, 5);
}

static void no_records_no_operands(void **state)
{
	(void)state;
	assert_int_equal(operands_of(0), 0);
}

static void a_record_of_no_known_type_is_ebadmsg(void **state)
{
	const struct kcov_cmps cmps = { .records = records, .count = 2 };
	size_t n = 42;

	(void)state;
	put(0, KCOV_CMP_SIZE(3), 1, 2, 3);
	put(1, 8, 1, 2, 3);
	assert_int_equal(kcov_operands(&cmps, scratch, operands, &n), -EBADMSG);
	assert_int_equal(n, 42);
}

/* What each of random records is by looking at all before it. */
static size_t naive(size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const uint64_t *record = records + i * KCOV_CMP_WORDS;
		size_t j = 0;

		while (j < i && memcmp(record, records + j * KCOV_CMP_WORDS, 24))
			j++;
		if (j < i || record[1] == record[2])
			continue;
		assert_int_equal(operands[n].arg1, record[1]);
		assert_int_equal(operands[n].arg2, record[2]);
		assert_int_equal(operands[n].ip, record[3]);
		n++;
	}
	return n;
}

static void many_records_are_as_a_look_at_all_of_them_says(void **state)
{
	(void)state;
	srand(1);
	for (int spread = 2; spread <= 4096; spread *= 8) {
		size_t n;

		for (size_t i = 0; i < MAX; i++)
			put(i, (uint64_t)rand() % 8, (uint64_t)(rand() % spread),
			    (uint64_t)(rand() % spread) << 40, i);
		n = operands_of(MAX);
		assert_int_equal(n, naive(MAX));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pair_comes_once_with_the_ip_of_the_first),
		cmocka_unit_test(another_size_side_or_constness_is_another_pair),
		cmocka_unit_test(equal_operands_tell_nothing),
		cmocka_unit_test(no_records_no_operands),
		cmocka_unit_test(a_record_of_no_known_type_is_ebadmsg),
		cmocka_unit_test(many_records_are_as_a_look_at_all_of_them_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
