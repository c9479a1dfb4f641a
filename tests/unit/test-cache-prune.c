// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "alloc.h"
#include "index/cache-trim.h"
#include "index/cache.h"

#include <errno.h>
#include <kcov/symbolize.h>
#include <sys/wait.h>

#define ID "0123456789abcdef"
#define INDEX(n_) "kcov/" ID "-000000000000000" #n_ ".index-8"

/* What was said to be removed. */
struct removed {
	size_t n;
	uint64_t size;
	char paths[16][256];
};

static void hear(void *context, const char *path, uint64_t size)
{
	struct removed *removed = context;

	assert_true(removed->n < 16);
	assert_int_equal(strncmp(path, fixture_dir, strlen(fixture_dir)), 0);
	snprintf(removed->paths[removed->n++], 256, "%s", path + strlen(fixture_dir) + 1);
	removed->size += size;
}

static void use_cache(const char *size)
{
	assert_int_equal(fixture_sh("rm -rf kcov"), 0);
	assert_int_equal(setenv("XDG_CACHE_HOME", fixture_dir, 1), 0);
	assert_int_equal(setenv("KCOV_CACHE_SIZE", size, 1), 0);
}

/* A file of so many bytes that was used so many minutes ago. */
static void make(const char *path, unsigned int size, unsigned int minutes)
{
	fixture_write(path, "");
	assert_int_equal(fixture_sh("head -c %u /dev/zero >%s && touch -d '-%u minutes' %s", size,
				    path, minutes, path),
			 0);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static struct removed prune(uint64_t expected_left)
{
	struct removed removed = {};
	uint64_t left = 42;

	assert_int_equal(kcov_cache_prune(hear, &removed, NULL, &left), 0);
	assert_int_equal(left, expected_left);
	for (size_t i = 0; i < removed.n; i++)
		assert_false(is_there(removed.paths[i]));
	return removed;
}

static void the_least_recently_used_goes(void **state)
{
	struct removed removed;

	(void)state;
	use_cache("2500");
	make(INDEX(1), 1000, 1);
	make(INDEX(2), 1000, 30);
	make(INDEX(3), 1000, 2);
	make(INDEX(4), 1000, 20);
	removed = prune(2000);
	assert_int_equal(removed.n, 2);
	assert_int_equal(removed.size, 2000);
	assert_string_equal(removed.paths[0], INDEX(2));
	assert_string_equal(removed.paths[1], INDEX(4));
	assert_true(is_there(INDEX(1)));
	assert_true(is_there(INDEX(3)));
	assert_int_equal(prune(2000).n, 0);
}

static void other_versions_and_leftovers_go_at_once(void **state)
{
	static const char old[] = "kcov/" ID ".index-8", older[] = "kcov/" ID ".index-1",
			  newer[] = "kcov/" ID "-0000000000000001.index-99",
			  left_over[] = INDEX(2) ".abcdef", under_way[] = INDEX(3) ".abcdef";

	(void)state;
	use_cache("1G");
	make(INDEX(1), 1000, 100);
	make(old, 10, 1);
	make(older, 20, 1);
	make(newer, 30, 1);
	make(left_over, 40, 61);
	make(under_way, 50, 1);
	assert_int_equal(prune(1050).size, 100);
	assert_true(is_there(INDEX(1)));
	assert_true(is_there(under_way));
}

static void links_go_with_their_indexes(void **state)
{
	(void)state;
	use_cache("1500");
	make(INDEX(1), 1000, 1);
	make(INDEX(2), 1000, 2);
	assert_int_equal(
		fixture_sh("cd kcov && ln -s " ID
			   "-0000000000000001.index-8 .0000000000000001.image-8 && ln -s " ID
			   "-0000000000000002.index-8 .0000000000000002.image-8"),
		0);
	assert_int_equal(prune(1000).n, 1);
	assert_int_equal(fixture_sh("test -L kcov/.0000000000000001.image-8"), 0);
	assert_int_not_equal(fixture_sh("test -L kcov/.0000000000000002.image-8"), 0);
}

static void other_files_stay(void **state)
{
	(void)state;
	use_cache("0");
	make("kcov/notes", 1000, 1000);
	make(INDEX(1) ".gz", 1000, 1000);
	make(INDEX(1), 1, 1);
	assert_int_equal(prune(0).n, 1);
	assert_true(is_there("kcov/notes"));
	assert_true(is_there(INDEX(1) ".gz"));
}

static void without_a_directory_there_is_nothing_to_remove(void **state)
{
	(void)state;
	use_cache("1G");
	assert_int_equal(prune(0).n, 0);
}

static void assert_fails(int expected, const char *cause)
{
	const size_t live = alloc_live();
	struct kcov_symbolize_error *error = NULL;
	uint64_t left = 42;

	assert_int_equal(kcov_cache_prune(NULL, NULL, &error, &left), expected);
	assert_int_equal(left, 42);
	if (!strstr(kcov_symbolize_error_message(error), cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
	assert_int_equal(alloc_live(), live);
}

static void what_cannot_be_is_told(void **state)
{
	(void)state;
	use_cache("much");
	assert_fails(-EINVAL, "$KCOV_CACHE_SIZE is no size");
	use_cache("1");
	fixture_write("kcov", "");
	assert_fails(-ENOTDIR, "/kcov: Not a directory");
	/* The rest goes all the same. */
	use_cache("0");
	assert_int_equal(fixture_sh("mkdir -p " INDEX(1)), 0);
	make(INDEX(2), 10, 1);
	assert_fails(-EISDIR, INDEX(1) ": cannot be removed: Is a directory");
	assert_false(is_there(INDEX(2)));
	unsetenv("XDG_CACHE_HOME");
	assert_fails(-ENOENT, "there is no cache");
}

static void without_memory_it_is_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	use_cache("1G");
	make(INDEX(1), 10, 1);
	make(INDEX(2), 10, 2);
	do {
		uint64_t left = 42;
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_cache_prune(NULL, NULL, NULL, &left);
		failed = alloc_failed();
		assert_true(rc == 0 ? left == 20 : rc == -ENOMEM && failed && left == 42);
		failures += rc != 0;
	} while (failed);
	assert_true(failures > 2);
	assert_true(is_there(INDEX(1)));
}

/* What is stored last is not removed for others, even if a clock says that it is the oldest. */
static void what_is_stored_makes_room_for_itself(void **state)
{
	static const char data[1000];
	char path[PATH_MAX + 128];

	(void)state;
	use_cache("2500");
	make(INDEX(1), 1000, 2);
	assert_int_equal(fixture_sh("touch -d '+1 day' " INDEX(1)), 0);
	make(INDEX(2), 1000, 3);
	/* Whose version it is does not matter here: somebody may use it. */
	make("kcov/" ID ".index-1", 500, 1);
	snprintf(path, sizeof(path), "%s/" INDEX(3), fixture_dir);
	assert_int_equal(kcov_cache_store(path, data, sizeof(data)), 0);
	assert_true(is_there(INDEX(3)));
	assert_true(is_there(INDEX(1)));
	assert_true(is_there("kcov/" ID ".index-1"));
	assert_false(is_there(INDEX(2)));
	/* And what does not fit goes nowhere. */
	assert_int_equal(setenv("KCOV_CACHE_SIZE", "999", 1), 0);
	assert_int_equal(kcov_cache_store(path, data, sizeof(data)), -EFBIG);
	assert_true(is_there(INDEX(1)));
}

static void several_at_once_agree(void **state)
{
	int status;

	(void)state;
	use_cache("0");
	assert_int_equal(fixture_sh("mkdir -p kcov && cd kcov && for i in $(seq 100 400); do "
				    "echo >" ID "-0000000000000$i.index-8; done"),
			 0);
	for (int i = 0; i < 4; i++) {
		pid_t pid = fork();
		uint64_t left;

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(kcov_cache_prune(NULL, NULL, NULL, &left) || left ? 1 : 0);
	}
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(fixture_sh("test -z \"$(ls -A kcov)\""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_recently_used_goes),
		cmocka_unit_test(other_versions_and_leftovers_go_at_once),
		cmocka_unit_test(links_go_with_their_indexes),
		cmocka_unit_test(other_files_stay),
		cmocka_unit_test(without_a_directory_there_is_nothing_to_remove),
		cmocka_unit_test(what_cannot_be_is_told),
		cmocka_unit_test(without_memory_it_is_enomem),
		cmocka_unit_test(what_is_stored_makes_room_for_itself),
		cmocka_unit_test(several_at_once_agree),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
