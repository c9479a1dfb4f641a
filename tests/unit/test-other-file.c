// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "base/file.h"
#include "dwarf/other-file.h"

static bool is_settled;

bool __wrap_kcov_file_is_settled(const struct kcov_file_state *state);

bool __wrap_kcov_file_is_settled(const struct kcov_file_state *state)
{
	(void)state;
	return is_settled;
}

static struct kcov_other_file read_file(bool settled)
{
	_cleanup_fd_ int fd = kcov_file_open("file");
	struct kcov_other_file file = { .name = "file" };
	size_t size;
	void *map;

	is_settled = settled;
	assert_true(fd >= 0);
	assert_int_equal(kcov_file_map_private(fd, &map, &size), 0);
	file.sum = kcov_other_file_sum(fd, map, size);
	kcov_file_unmap(map, size);
	assert_int_not_equal(file.sum, 0);
	return file;
}

static void a_settled_file_is_known_by_its_times(void **state)
{
	struct kcov_other_file file;

	(void)state;
	fixture_write("file", "one");
	file = read_file(true);
	assert_true(kcov_other_file_is_unchanged(&file));
	assert_int_equal(fixture_sh("touch -d '-1 day' file"), 0);
	assert_false(kcov_other_file_is_unchanged(&file));
}

static void a_file_that_was_just_written_is_known_by_its_bytes(void **state)
{
	struct kcov_other_file file;

	(void)state;
	fixture_write("file", "one");
	file = read_file(false);
	assert_true(kcov_other_file_is_unchanged(&file));
	assert_int_equal(fixture_sh("touch -d '-1 day' file"), 0);
	assert_true(kcov_other_file_is_unchanged(&file));
	fixture_write("file", "two");
	assert_false(kcov_other_file_is_unchanged(&file));
}

static void a_file_that_is_gone_or_none_is_another(void **state)
{
	struct kcov_other_file files[2];

	(void)state;
	fixture_write("file", "one");
	files[0] = read_file(true);
	files[1] = read_file(false);
	assert_int_equal(fixture_sh("rm file"), 0);
	for (int i = 0; i < 2; i++)
		assert_false(kcov_other_file_is_unchanged(&files[i]));
	assert_int_equal(fixture_sh("mkdir file"), 0);
	for (int i = 0; i < 2; i++)
		assert_false(kcov_other_file_is_unchanged(&files[i]));
	assert_int_equal(fixture_sh("rmdir file && : >file"), 0);
	for (int i = 0; i < 2; i++)
		assert_false(kcov_other_file_is_unchanged(&files[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_settled_file_is_known_by_its_times),
		cmocka_unit_test(a_file_that_was_just_written_is_known_by_its_bytes),
		cmocka_unit_test(a_file_that_is_gone_or_none_is_another),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
