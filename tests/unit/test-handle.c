// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <inttypes.h>
#include <kcov/kcov.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <string.h>

/* What *ret holds before each call, and after those that fail. */
#define UNTOUCHED 0x4242424242424242u

static void make_fails(unsigned int subsystem, uint64_t instance, int err)
{
	uint64_t handle = UNTOUCHED;

	assert_int_equal(kcov_handle_make(subsystem, instance, &handle), err);
	assert_int_equal(handle, UNTOUCHED);
}

static void split_fails(uint64_t handle, int err)
{
	struct kcov_handle parts = { .subsystem = 42, .instance = 42 };

	assert_int_equal(kcov_handle_split(handle, &parts), err);
	assert_int_equal(parts.subsystem, 42);
	assert_int_equal(parts.instance, 42);
}

static void parse_fails(const char *text, int err)
{
	uint64_t handle = UNTOUCHED;

	if (kcov_handle_parse(text, &handle) != err)
		fail_msg("\"%s\" is not %d", text, err);
	assert_int_equal(handle, UNTOUCHED);
}

static void parses_to(const char *text, uint64_t expected)
{
	uint64_t handle = UNTOUCHED;

	if (kcov_handle_parse(text, &handle))
		fail_msg("\"%s\" is no handle", text);
	assert_int_equal(handle, expected);
}

static void prints_as(uint64_t handle, const char *expected)
{
	char text[KCOV_HANDLE_TEXT_SIZE];

	assert_int_equal(kcov_handle_print(handle, sizeof(text), text), 0);
	assert_string_equal(text, expected);
}

static void make_puts_parts_where_the_kernels_macro_does(void **state)
{
	uint64_t handle;

	(void)state;
	assert_int_equal(kcov_handle_make(KCOV_SUBSYS_USB, 3, &handle), 0);
	assert_int_equal(handle, kcov_remote_handle(KCOV_SUBSYSTEM_USB, 3));
	assert_int_equal(kcov_handle_make(KCOV_SUBSYS_COMMON, 0x42, &handle), 0);
	assert_int_equal(handle, kcov_remote_handle(KCOV_SUBSYSTEM_COMMON, 0x42));
	assert_int_equal(kcov_handle_make(255, UINT32_MAX, &handle), 0);
	assert_int_equal(handle, 0xff000000ffffffff);
}

static void a_subsystem_of_more_than_a_byte_is_erange(void **state)
{
	(void)state;
	make_fails(256, 1, -ERANGE);
	make_fails(UINT32_MAX, 1, -ERANGE);
}

static void an_instance_of_more_than_four_bytes_is_eoverflow(void **state)
{
	(void)state;
	make_fails(KCOV_SUBSYS_USB, UINT64_C(1) << 32, -EOVERFLOW);
	make_fails(KCOV_SUBSYS_COMMON, UINT64_MAX, -EOVERFLOW);
	make_fails(200, UINT64_C(1) << 32, -EOVERFLOW);
}

static void instance_0_is_edom_where_it_is_known_not_to_be(void **state)
{
	uint64_t handle;

	(void)state;
	make_fails(KCOV_SUBSYS_COMMON, 0, -EDOM);
	make_fails(KCOV_SUBSYS_USB, 0, -EDOM);
	assert_int_equal(kcov_handle_make(2, 0, &handle), 0);
	assert_int_equal(handle, UINT64_C(2) << 56);
}

static void split_is_the_inverse_of_make(void **state)
{
	struct kcov_handle parts;

	(void)state;
	assert_int_equal(kcov_handle_split(0x01000000fedcba98, &parts), 0);
	assert_int_equal(parts.subsystem, KCOV_SUBSYS_USB);
	assert_int_equal(parts.instance, 0xfedcba98);
	assert_int_equal(kcov_handle_split(0xab00000000000000, &parts), 0);
	assert_int_equal(parts.subsystem, 0xab);
	assert_int_equal(parts.instance, 0);
}

static void split_of_each_reserved_byte_is_eoverflow(void **state)
{
	(void)state;
	for (int bit = 32; bit < 56; bit++)
		split_fails(0x0100000000000001 | UINT64_C(1) << bit, -EOVERFLOW);
	split_fails(KCOV_COMMON_AUTO, -EOVERFLOW);
}

static void split_of_instance_0_is_edom(void **state)
{
	(void)state;
	split_fails(0, -EDOM);
	split_fails(UINT64_C(1) << 56, -EDOM);
}

static void a_handle_is_good_in_one_place_only(void **state)
{
	const uint64_t usb = 0x0100000000000001, common = 1, unknown = 0x0200000000000000;

	(void)state;
	assert_int_equal(kcov_handle_check(usb, KCOV_HANDLE_GLOBAL), 0);
	assert_int_equal(kcov_handle_check(unknown, KCOV_HANDLE_GLOBAL), 0);
	assert_int_equal(kcov_handle_check(common, KCOV_HANDLE_COMMON), 0);
	assert_int_equal(kcov_handle_check(usb, KCOV_HANDLE_COMMON), -EPROTOTYPE);
	assert_int_equal(kcov_handle_check(unknown, KCOV_HANDLE_COMMON), -EPROTOTYPE);
	assert_int_equal(kcov_handle_check(common, KCOV_HANDLE_GLOBAL), -EPROTOTYPE);
}

static void check_refuses_what_split_refuses(void **state)
{
	(void)state;
	for (int use = KCOV_HANDLE_GLOBAL; use <= KCOV_HANDLE_COMMON; use++) {
		assert_int_equal(kcov_handle_check(0, (enum kcov_handle_use)use), -EDOM);
		assert_int_equal(kcov_handle_check(UINT64_C(1) << 32, (enum kcov_handle_use)use),
				 -EOVERFLOW);
	}
}

static void a_use_that_is_none_is_einval(void **state)
{
	(void)state;
	assert_int_equal(kcov_handle_check(1, (enum kcov_handle_use)2), -EINVAL);
	assert_int_equal(kcov_handle_check(1, (enum kcov_handle_use) - 1), -EINVAL);
}

static void text_is_a_name_and_a_number_or_all_bits(void **state)
{
	(void)state;
	parses_to("usb:1", 0x0100000000000001);
	parses_to("usb:0x1f", 0x010000000000001f);
	parses_to("usb:0X1F", 0x010000000000001f);
	parses_to("common:0x42", 0x42);
	parses_to("common:42", 42);
	parses_to("common:4294967295", UINT32_MAX);
	parses_to("0x0100000000000001", 0x0100000000000001);
	parses_to("72057594037927937", 0x0100000000000001);
	parses_to("7", 7);
	/* The largest there is, which has 20 decimal digits. */
	parses_to("0xff000000ffffffff", 0xff000000ffffffff);
	parses_to("18374686483966590975", 0xff000000ffffffff);
	/* Zeros in front, which do not make it octal. */
	parses_to("usb:0000000000000000000000000000012", 0x010000000000000c);
	parses_to("0x000000000000000000000aAbBcC", 0xaabbcc);
}

static void text_that_is_no_handle_is_einval(void **state)
{
	const char *const texts[] = {
		"",         " ",         ":",         "usb",      "usb:",   ":1",       "usb:-1",
		"usb:+1",   "usb: 1",    " usb:1",    "usb :1",   "usb:1 ", "usb:1\n",  "usb:1,2",
		"usb:0x",   "0x",        "0X",        "0xg",      "x1",     "0x1 ",     "-1",
		"+1",       "1.0",       "1e3",       "usb:1:2",  "USB:1",  "us:1",     "usbb:1",
		"usb:0x1g", "common:0x", "commons:1", "usb:0x-1", "0x0x1",  "usb::1",   "12a",
		"auto",     "\xc2\xb2",  "usb:\xff",  "0b1",      "usb:1L", "common=1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		parse_fails(texts[i], -EINVAL);
}

static void a_number_that_does_not_fit_is_eoverflow(void **state)
{
	(void)state;
	/* The instance. */
	parse_fails("usb:4294967296", -EOVERFLOW);
	parse_fails("common:0x100000000", -EOVERFLOW);
	/* The reserved bytes. */
	parse_fails("0x0100000100000001", -EOVERFLOW);
	parse_fails("4294967296", -EOVERFLOW);
	parse_fails("18446744073709551615", -EOVERFLOW);
	/* 64 bits, by one and by much. */
	parse_fails("18446744073709551616", -EOVERFLOW);
	parse_fails("18446744073709551617", -EOVERFLOW);
	parse_fails("0x10000000000000001", -EOVERFLOW);
	parse_fails("usb:0x10000000000000001", -EOVERFLOW);
	parse_fails("99999999999999999999999999999999999999999", -EOVERFLOW);
}

static void a_long_text_is_read_to_its_end(void **state)
{
	char text[4096];

	(void)state;
	memset(text, '0', sizeof(text));
	text[sizeof(text) - 2] = '5';
	text[sizeof(text) - 1] = '\0';
	parses_to(text, 5);
	text[0] = '1';
	parse_fails(text, -EOVERFLOW);
	text[sizeof(text) - 2] = 'z';
	parse_fails(text, -EINVAL);
}

static void instance_0_in_text_is_edom(void **state)
{
	(void)state;
	parse_fails("usb:0", -EDOM);
	parse_fails("common:0x0", -EDOM);
	parse_fails("0", -EDOM);
	parse_fails("0x0100000000000000", -EDOM);
}

static void print_prefers_names(void **state)
{
	(void)state;
	prints_as(0x0100000000000001, "usb:1");
	prints_as(0x01000000ffffffff, "usb:4294967295");
	prints_as(0x42, "common:0x42");
	prints_as(0x0200000000000003, "0x0200000000000003");
}

static void print_shows_all_bits_of_what_is_no_good(void **state)
{
	(void)state;
	prints_as(0, "0x0000000000000000");
	prints_as(UINT64_C(1) << 56, "0x0100000000000000");
	prints_as(KCOV_COMMON_AUTO, "0xffffffffffffffff");
}

static void no_room_for_the_text_is_enospc(void **state)
{
	char text[] = "untouched";

	(void)state;
	assert_int_equal(kcov_handle_print(0x0100000000000001, 0, text), -ENOSPC);
	assert_int_equal(kcov_handle_print(0x0100000000000001, 5, text), -ENOSPC);
	assert_string_equal(text, "untouched");
	assert_int_equal(kcov_handle_print(0x0100000000000001, 6, text), 0);
	assert_string_equal(text, "usb:1");
}

/* Any of xorshift's numbers, in which all bits come up. */
static uint64_t random_number(void)
{
	static uint64_t number = 0x9e3779b97f4a7c15;

	number ^= number << 13;
	number ^= number >> 7;
	number ^= number << 17;
	return number;
}

static void what_is_printed_parses_back(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		const uint64_t number = random_number();
		const uint64_t handle = (number >> 40 & 3) << 56 | ((uint32_t)number | 1);
		char text[KCOV_HANDLE_TEXT_SIZE], decimal[KCOV_HANDLE_TEXT_SIZE];

		assert_int_equal(kcov_handle_print(handle, sizeof(text), text), 0);
		parses_to(text, handle);
		snprintf(decimal, sizeof(decimal), "%" PRIu64, handle);
		parses_to(decimal, handle);
	}
}

/* A bad handle prints as what parses to the same error. */
static void what_is_no_good_does_not_become_good_by_printing(void **state)
{
	(void)state;
	for (int i = 0; i < 100000; i++) {
		const uint64_t handle = random_number();
		struct kcov_handle parts;
		char text[KCOV_HANDLE_TEXT_SIZE];
		int err = kcov_handle_split(handle, &parts);

		assert_int_equal(kcov_handle_print(handle, sizeof(text), text), 0);
		if (err)
			parse_fails(text, err);
		else
			parses_to(text, handle);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(make_puts_parts_where_the_kernels_macro_does),
		cmocka_unit_test(a_subsystem_of_more_than_a_byte_is_erange),
		cmocka_unit_test(an_instance_of_more_than_four_bytes_is_eoverflow),
		cmocka_unit_test(instance_0_is_edom_where_it_is_known_not_to_be),
		cmocka_unit_test(split_is_the_inverse_of_make),
		cmocka_unit_test(split_of_each_reserved_byte_is_eoverflow),
		cmocka_unit_test(split_of_instance_0_is_edom),
		cmocka_unit_test(a_handle_is_good_in_one_place_only),
		cmocka_unit_test(check_refuses_what_split_refuses),
		cmocka_unit_test(a_use_that_is_none_is_einval),
		cmocka_unit_test(text_is_a_name_and_a_number_or_all_bits),
		cmocka_unit_test(text_that_is_no_handle_is_einval),
		cmocka_unit_test(a_number_that_does_not_fit_is_eoverflow),
		cmocka_unit_test(a_long_text_is_read_to_its_end),
		cmocka_unit_test(instance_0_in_text_is_edom),
		cmocka_unit_test(print_prefers_names),
		cmocka_unit_test(print_shows_all_bits_of_what_is_no_good),
		cmocka_unit_test(no_room_for_the_text_is_enospc),
		cmocka_unit_test(what_is_printed_parses_back),
		cmocka_unit_test(what_is_no_good_does_not_become_good_by_printing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
