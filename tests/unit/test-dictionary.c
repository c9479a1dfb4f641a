// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <stdlib.h>
#include <string.h>

#define MAX 500

static uint64_t scratch[16 * MAX];
static char text[MAX * KCOV_DICTIONARY_BYTES + 1];

static size_t dictionary_of(const struct kcov_cmp *operands, size_t count)
{
	size_t length = SIZE_MAX;

	memset(scratch, 0xa5, sizeof(scratch));
	assert_int_equal(kcov_dictionary(operands, count, scratch,
					 count * KCOV_DICTIONARY_BYTES + 1, text, &length),
			 0);
	assert_int_equal(strlen(text), length);
	return length;
}

static void a_constant_comes_in_both_byte_orders(void **state)
{
	const struct kcov_cmp operands[] = {
		{ .arg1 = 0xabcdef12, .arg2 = 0x77777777, .size = 4, .is_const = true },
	};

	(void)state;
	dictionary_of(operands, 1);
	assert_string_equal(text, "kcov_4_12efcdab=\"\\x12\\xef\\xcd\\xab\"\n"
				  "kcov_4_abcdef12=\"\\xab\\xcd\\xef\\x12\"\n");
}

static void of_variables_either_operand_comes(void **state)
{
	const struct kcov_cmp operands[] = {
		{ .arg1 = 0x0102, .arg2 = 0x0304, .size = 2 },
	};

	(void)state;
	dictionary_of(operands, 1);
	assert_string_equal(text, "kcov_2_0201=\"\\x02\\x01\"\nkcov_2_0102=\"\\x01\\x02\"\n"
				  "kcov_2_0403=\"\\x04\\x03\"\nkcov_2_0304=\"\\x03\\x04\"\n");
}

static void a_value_comes_once_for_each_size(void **state)
{
	const struct kcov_cmp operands[] = {
		{ .arg1 = 0x4141, .arg2 = 1, .size = 2, .is_const = true },
		{ .arg1 = 0x4141, .arg2 = 2, .size = 2, .is_const = true },
		{ .arg1 = 0x0000414100004141, .arg2 = 2, .size = 8, .is_const = true },
	};

	(void)state;
	dictionary_of(operands, 3);
	assert_string_equal(
		text, "kcov_2_4141=\"\\x41\\x41\"\n"
		      "kcov_8_4141000041410000=\"\\x41\\x41\\x00\\x00\\x41\\x41\\x00\\x00\"\n"
		      "kcov_8_0000414100004141=\"\\x00\\x00\\x41\\x41\\x00\\x00\\x41\\x41\"\n");
}

static void what_a_fuzzer_tries_anyway_is_left_out(void **state)
{
	const struct kcov_cmp operands[] = {
		{ .arg1 = 0x42, .arg2 = 0x43, .size = 1, .is_const = true },
		{ .arg1 = 0, .arg2 = 0x43, .size = 4, .is_const = true },
		{ .arg1 = 0xffff, .arg2 = 0, .size = 2, .is_const = true },
		{ .arg1 = UINT64_MAX, .arg2 = 0, .size = 8 },
	};

	(void)state;
	assert_int_equal(dictionary_of(operands, 4), 0);
}

static void nothing_makes_an_empty_dictionary(void **state)
{
	(void)state;
	assert_int_equal(dictionary_of(NULL, 0), 0);
	assert_string_equal(text, "");
}

static void too_little_room_is_enospc_and_no_text(void **state)
{
	const struct kcov_cmp operands[] = {
		{ .arg1 = 0x0102, .arg2 = 0x77, .size = 2, .is_const = true },
	};
	const size_t needed = dictionary_of(operands, 1) + 1;
	size_t length = 42;

	(void)state;
	strcpy(text, "untouched");
	assert_int_equal(kcov_dictionary(operands, 1, scratch, needed - 1, text, &length), -ENOSPC);
	assert_int_equal(kcov_dictionary(operands, 1, scratch, 0, text, &length), -ENOSPC);
	assert_string_equal(text, "untouched");
	assert_int_equal(length, 42);
	assert_int_equal(kcov_dictionary(operands, 1, scratch, needed, text, &length), 0);
	assert_int_equal(length, needed - 1);
}

/* All different, of the largest size: the most that so many operands can make. */
static void the_size_that_is_promised_is_enough(void **state)
{
	static struct kcov_cmp operands[MAX];
	size_t lines = 0;

	(void)state;
	srand(1);
	for (size_t i = 0; i < MAX; i++)
		operands[i] = (struct kcov_cmp){
			.arg1 = (uint64_t)rand() << 40 | (uint64_t)rand(),
			.arg2 = (uint64_t)rand() << 40 | (uint64_t)rand(),
			.size = 8,
		};
	dictionary_of(operands, MAX);
	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 4 * MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_comes_in_both_byte_orders),
		cmocka_unit_test(of_variables_either_operand_comes),
		cmocka_unit_test(a_value_comes_once_for_each_size),
		cmocka_unit_test(what_a_fuzzer_tries_anyway_is_left_out),
		cmocka_unit_test(nothing_makes_an_empty_dictionary),
		cmocka_unit_test(too_little_room_is_enospc_and_no_text),
		cmocka_unit_test(the_size_that_is_promised_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
