// SPDX-License-Identifier: MIT
#include "unit.h"

#include "index/cache-name.h"

#include <string.h>

#define ID "0123456789abcdef0123456789abcdef01234567"
#define SUM "-00000000deadbeef"

static enum kcov_cache_kind kind_of(const char *name)
{
	struct kcov_cache_name parsed;

	kcov_cache_name_parse(name, &parsed);
	return parsed.kind;
}

static void names_are_parsed_as_they_are_written(void **state)
{
	struct kcov_build_id id = { .bytes = { 1, 0xfe }, .n = 2 };
	char name[KCOV_CACHE_NAME_SIZE];
	struct kcov_cache_name parsed;

	(void)state;
	assert_string_equal(kcov_cache_name_format(&id, 0xdeadbeef, name),
			    "01fe-00000000deadbeef.index-8");
	kcov_cache_name_parse(name, &parsed);
	assert_int_equal(parsed.kind, KCOV_CACHE_INDEX);
	assert_int_equal(parsed.sum, 0xdeadbeef);
	assert_string_equal(kcov_cache_name_format_link(UINT64_MAX, name),
			    ".ffffffffffffffff.image-8");
	assert_int_equal(kind_of(name), KCOV_CACHE_LINK);
	/* As long as can be. */
	memset(&id, 0xff, sizeof(id.bytes));
	id.n = KCOV_BUILD_ID_MAX;
	kcov_cache_name_parse(kcov_cache_name_format(&id, UINT64_MAX, name), &parsed);
	assert_int_equal(parsed.kind, KCOV_CACHE_INDEX);
	assert_int_equal(parsed.sum, UINT64_MAX);
}

static void other_versions_are_known(void **state)
{
	static const char *const names[] = {
		ID ".index-1",     ID ".index-8",      ID SUM ".index-6",
		ID SUM ".index-4", ID SUM ".index-70", "ff.index-04",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(kind_of(names[i]), KCOV_CACHE_OLD_INDEX);
	assert_int_equal(kind_of(".0123456789abcdef.image-99"), KCOV_CACHE_LINK);
}

static void what_is_being_written_is_known(void **state)
{
	(void)state;
	assert_int_equal(kind_of(ID SUM ".index-8.a1B2c3"), KCOV_CACHE_PART);
	assert_int_equal(kind_of(ID ".index-3.XXXXXX"), KCOV_CACHE_PART);
}

/* Nothing else is ever removed. */
static void other_files_are_not_ours(void **state)
{
	static const char *const names[] = {
		"",
		".",
		"index-8",
		".index-8",
		"notes.txt",
		"0.index-8",
		ID,
		ID ".index-",
		ID ".index-x",
		ID ".index-7x",
		ID ".index-8.short",
		ID ".index-8.tarball",
		ID ".index-8.bak.gz",
		ID "-.index-8",
		ID "-deadbeef.index-8",
		ID SUM "0.index-8",
		ID SUM SUM ".index-8",
		"0123456789ABCDEF.index-8",
		ID ID ID ID ".index-8",
		".0123.image-8",
		".0123456789abcdef.image-",
		".0123456789abcdef.image-8.tmp",
		"0123456789abcdef.image-8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (kind_of(names[i]) != KCOV_CACHE_OTHER)
			fail_msg("\"%s\" is taken for one of ours", names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_parsed_as_they_are_written),
		cmocka_unit_test(other_versions_are_known),
		cmocka_unit_test(what_is_being_written_is_known),
		cmocka_unit_test(other_files_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
