// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/arena.h"
#include "base/path.h"

#include <string.h>

static void paths_are_normalised(void **state)
{
	static const char *const cases[][2] = {
		{ "/", "/" },
		{ "//", "/" },
		{ "/a", "/a" },
		{ "//a//b/", "/a/b" },
		{ "/a/./b/.", "/a/b" },
		{ "/a/../b", "/b" },
		{ "/a/b/../../c", "/c" },
		{ "/../a", "/a" },
		{ "/a/..", "/" },
		{ "a/b", "a/b" },
		{ "./a", "a" },
		{ "a/..", "." },
		{ "../a", "../a" },
		{ "../../a/../b", "../../b" },
		{ "a/../../b", "../b" },
		{ "/..a/b..", "/..a/b.." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char path[32];

		strcpy(path, cases[i][0]);
		kcov_path_normalise(path);
		assert_string_equal(path, cases[i][1]);
	}
}

static void names_are_resolved_against_their_directory(void **state)
{
	struct kcov_arena arena = {};

	(void)state;
	assert_string_equal(kcov_path_resolve(&arena, "/a/b", NULL, "../c.h"), "/a/c.h");
	assert_string_equal(kcov_path_resolve(&arena, "/a/b", NULL, "/c.h"), "/c.h");
	assert_string_equal(kcov_path_resolve(&arena, "/", NULL, "c.h"), "/c.h");
	assert_string_equal(kcov_path_resolve(&arena, NULL, NULL, "./c.h"), "c.h");
	assert_string_equal(kcov_path_resolve(&arena, "", NULL, "c.h"), "c.h");
	assert_string_equal(kcov_path_resolve(&arena, "/a", "../b", "c.h"), "/b/c.h");
	assert_string_equal(kcov_path_resolve(&arena, "/a", "/b", "c.h"), "/b/c.h");
	assert_string_equal(kcov_path_resolve(&arena, "/a", "b", "/c.h"), "/c.h");
	assert_string_equal(kcov_path_resolve(&arena, NULL, "b", "c.h"), "b/c.h");
	kcov_arena_fini(&arena);
}

static void what_is_below_is_found(void **state)
{
	(void)state;
	assert_string_equal(kcov_path_below("/a/b/c", "/a"), "b/c");
	assert_string_equal(kcov_path_below("/a", "/"), "a");
	assert_null(kcov_path_below("/ab/c", "/a"));
	assert_null(kcov_path_below("/a", "/a"));
	assert_null(kcov_path_below("/a/b", ""));
	assert_null(kcov_path_below("/a/b", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_normalised),
		cmocka_unit_test(names_are_resolved_against_their_directory),
		cmocka_unit_test(what_is_below_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
