// SPDX-License-Identifier: MIT
#include "unit.h"

#include "index/cache-size.h"

#include <errno.h>
#include <stdlib.h>

static void sizes_have_units(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} sizes[] = {
		{ "0", 0 },
		{ "4711", 4711 },
		{ "18446744073709551614", UINT64_MAX - 1 },
		{ "1K", 1024 },
		{ "1k", 1024 },
		{ "2KB", 2048 },
		{ "2KiB", 2048 },
		{ "512M", (uint64_t)512 << 20 },
		{ "1G", (uint64_t)1 << 30 },
		{ "3g", (uint64_t)3 << 30 },
		{ "2T", (uint64_t)2 << 40 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		uint64_t size = 42;

		assert_int_equal(kcov_cache_size_parse(sizes[i].text, &size), 0);
		assert_int_equal(size, sizes[i].size);
	}
}

static void what_is_no_size_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"-1",
		" 1",
		"+1",
		"K",
		"lots",
		"1 G",
		"1.5G",
		"1X",
		"1GG",
		"1Gb",
		"1GiBs",
		"1B",
		"0x10",
		"18446744073709551615",
		"99999999999999999999",
		"16777216T",
		"1\x0b",
		"1@",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint64_t size = 42;

		if (kcov_cache_size_parse(texts[i], &size) != -EINVAL)
			fail_msg("\"%s\" is taken for a size", texts[i]);
		assert_int_equal(size, 42);
	}
}

static void the_environment_says_it_or_it_is_1_gib(void **state)
{
	uint64_t size = 42;

	(void)state;
	assert_int_equal(unsetenv("KCOV_CACHE_SIZE"), 0);
	assert_int_equal(kcov_cache_size(), 1 << 30);
	assert_int_equal(setenv("KCOV_CACHE_SIZE", "", 1), 0);
	assert_int_equal(kcov_cache_size(), 1 << 30);
	assert_int_equal(setenv("KCOV_CACHE_SIZE", "3M", 1), 0);
	assert_int_equal(kcov_cache_size(), 3 << 20);
	assert_int_equal(setenv("KCOV_CACHE_SIZE", "large", 1), 0);
	assert_int_equal(kcov_cache_size_read(&size), -EINVAL);
	assert_int_equal(size, 42);
	assert_int_equal(kcov_cache_size(), 1 << 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_have_units),
		cmocka_unit_test(what_is_no_size_is_refused),
		cmocka_unit_test(the_environment_says_it_or_it_is_1_gib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
