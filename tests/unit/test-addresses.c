// SPDX-License-Identifier: MIT
#include "unit.h"

#include "text/addresses.h"

#include <string.h>

/* The addresses in a line, up to four; returns how many. */
static size_t scan(const char *line, uint64_t *found)
{
	struct address_scan scan = { .text = line, .end = line + strlen(line) };
	size_t n = 0;

	while (n < 4 && address_scan_next(&scan, &found[n]))
		n++;
	return n;
}

static void words_are_parsed_with_and_without_0x(void **state)
{
	uint64_t address;

	(void)state;
	assert_true(address_parse("0xffffffff81000000", &address));
	assert_int_equal(address, 0xffffffff81000000);
	assert_true(address_parse("FFFFFFFF81000001", &address));
	assert_int_equal(address, 0xffffffff81000001);
	assert_true(address_parse("0", &address));
	assert_int_equal(address, 0);
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const words[] = { "",      "0x",  "main", "-1",
					     "0x12 ", "12g", "+5",   "0x12345678901234567" };
	uint64_t address = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_false(address_parse(words[i], &address));
	assert_int_equal(address, 42);
}

static void numbers_are_found_in_any_text(void **state)
{
	uint64_t found[4];

	(void)state;
	assert_int_equal(scan("{\"pcs\":[\"0x1a\",\"0x2b\"]}\n", found), 2);
	assert_int_equal(found[0], 0x1a);
	assert_int_equal(found[1], 0x2b);
	assert_int_equal(scan("RIP: ffffffff81234567 T vfs_read+0x10/0x20\n", found), 3);
	assert_int_equal(found[0], 0xffffffff81234567);
}

static void short_words_without_0x_count_only_alone_in_a_line(void **state)
{
	uint64_t found[4];

	(void)state;
	assert_int_equal(scan("dead beef 12\n", found), 0);
	assert_int_equal(scan("  81000010 \r\n", found), 1);
	assert_int_equal(found[0], 0x81000010);
	assert_int_equal(scan("hello\n", found), 0);
}

static void part_of_a_word_is_no_address(void **state)
{
	uint64_t found[4];

	(void)state;
	assert_int_equal(scan("x0x12 _0x13 0x14g f_0x15\n", found), 0);
	assert_int_equal(scan("a ffffffff812345678 b\n", found), 0);
	assert_int_equal(scan("", found), 0);
	assert_int_equal(scan("\n", found), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_parsed_with_and_without_0x),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(numbers_are_found_in_any_text),
		cmocka_unit_test(short_words_without_0x_count_only_alone_in_a_line),
		cmocka_unit_test(part_of_a_word_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
