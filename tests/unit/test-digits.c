// SPDX-License-Identifier: MIT
/* Digits eight at a time are those that libc makes one by one. */
#include "unit.h"

#include "text/digits.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed = 1;

static uint64_t any(void)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return seed >> (seed & 63) ^ seed << 7;
}

static void assert_decimal(uint64_t value)
{
	char expected[24], written[64];
	char *end = digits_add_decimal(written, value);

	*end = '\0';
	snprintf(expected, sizeof(expected), "%" PRIu64, value);
	assert_string_equal(written, expected);
}

static void decimals_are_those_of_printf(void **state)
{
	(void)state;
	for (uint64_t value = 0; value < 200000; value++)
		assert_decimal(value);
	for (uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10)
		for (uint64_t digit = 1; digit < 10; digit++) {
			assert_decimal(power * digit - 1);
			assert_decimal(power * digit);
		}
	for (int i = 0; i < 200000; i++)
		assert_decimal(any());
	assert_decimal(UINT64_MAX);
}

static void no_more_is_written_than_there_is_said_to_be_room_for(void **state)
{
	char *written = malloc(DIGITS_DECIMAL_ROOM);

	(void)state;
	assert_non_null(written);
	/* A sanitizer sees what is beyond. */
	for (uint64_t value = 1; value <= UINT64_MAX / 10; value *= 10)
		digits_add_decimal(written, value);
	digits_add_decimal(written, UINT64_MAX);
	free(written);
}

static void hexadecimals_are_those_of_printf(void **state)
{
	char expected[24], written[24] = "";

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint64_t value = any();

		assert_ptr_equal(digits_add_hex16(written, value), written + 16);
		snprintf(expected, sizeof(expected), "%016" PRIx64, value);
		assert_string_equal(written, expected);
	}
}

static void hexadecimals_of_either_case_are_read(void **state)
{
	char text[24];
	uint32_t read;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		uint32_t value = (uint32_t)any();

		snprintf(text, sizeof(text), i % 2 ? "%08" PRIx32 : "%08" PRIX32, value);
		if (i % 3 == 0)
			text[i % 8] = (char)tolower(text[i % 8]);
		assert_true(digits_parse_hex8(text, &read));
		assert_int_equal(read, value);
	}
}

/* Each byte there is, at each place. */
static void what_is_no_digit_is_refused(void **state)
{
	(void)state;
	for (int place = 0; place < 8; place++) {
		for (int c = 0; c < 256; c++) {
			char text[] = "09afAF5c";
			uint32_t read;

			text[place] = (char)c;
			assert_int_equal(digits_parse_hex8(text, &read), isxdigit(c) != 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_are_those_of_printf),
		cmocka_unit_test(no_more_is_written_than_there_is_said_to_be_room_for),
		cmocka_unit_test(hexadecimals_are_those_of_printf),
		cmocka_unit_test(hexadecimals_of_either_case_are_read),
		cmocka_unit_test(what_is_no_digit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
