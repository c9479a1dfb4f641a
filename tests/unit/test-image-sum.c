// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "image/image-sum.h"
#include "index/cache.h"

#include <errno.h>

/* The images that are made here have one build-id, and text of one size. */
static void make(const char *path, const char *name)
{
	assert_int_equal(fixture_sh("echo 'int %s(void) { return 1; }' >source.c", name), 0);
	fixture_link("-g source.c");
	assert_int_equal(fixture_sh("mv out %s", path), 0);
}

static struct kcov_image *open_image(const char *path)
{
	struct kcov_image *image;

	assert_int_equal(kcov_image_open(path, NULL, &image), 0);
	return image;
}

static uint64_t sum_of(const char *path)
{
	struct kcov_image *image = open_image(path);
	uint64_t sum = kcov_image_sum(image);

	kcov_image_close(image);
	return sum;
}

static void one_byte_makes_a_difference(void **state)
{
	(void)state;
	make("one", "f");
	make("two", "g");
	assert_int_equal(fixture_sh("test $(stat -c %%s one) -eq $(stat -c %%s two)"), 0);
	assert_int_not_equal(sum_of("one"), sum_of("two"));
}

static void copies_have_one_sum(void **state)
{
	(void)state;
	make("one", "f");
	assert_int_equal(fixture_sh("mkdir -p else && cp one else/where && touch -d '-1 day' one"),
			 0);
	assert_int_equal(sum_of("one"), sum_of("else/where"));
}

static void debug_files_count(void **state)
{
	struct kcov_image *image;
	uint64_t alone, with_one;

	(void)state;
	make("one", "f");
	make("two", "g");
	image = open_image("one");
	alone = kcov_image_sum(image);
	image->debug = open_image("one");
	with_one = kcov_image_sum(image);
	assert_int_not_equal(alone, with_one);
	kcov_image_close(image->debug);
	image->debug = open_image("two");
	assert_int_not_equal(kcov_image_sum(image), with_one);
	kcov_image_close(image);
}

/* Of an image that was changed long ago. */
static uint64_t state_of(struct kcov_image *image)
{
	uint64_t sum;

	image->state.changed[0] -= 10;
	assert_int_equal(kcov_image_state_sum(image, &sum), 0);
	image->state.changed[0] += 10;
	return sum;
}

static void states_are_of_paths_sizes_and_times(void **state)
{
	struct kcov_image *image, *other;
	uint64_t sum;

	(void)state;
	make("one", "f");
	image = open_image("one");
	sum = state_of(image);
	assert_int_equal(state_of(image), sum);
	for (size_t i = 0; i < sizeof(image->state) / 8; i++) {
		((uint64_t *)&image->state)[i] ^= 1;
		assert_int_not_equal(state_of(image), sum);
		((uint64_t *)&image->state)[i] ^= 1;
	}
	/* From wherever it is looked at. */
	assert_int_equal(fixture_sh("ln -sf one link && cp one two"), 0);
	other = open_image("./link");
	assert_int_equal(state_of(other), sum);
	kcov_image_close(other);
	other = open_image("two");
	other->state = image->state;
	assert_int_not_equal(state_of(other), sum);
	image->debug = other;
	other->state.changed[0] -= 10;
	assert_int_not_equal(state_of(image), sum);
	kcov_image_close(image);
}

/* It could be changed again in the same tick of the clock. */
static void what_was_changed_just_now_has_no_state(void **state)
{
	struct kcov_image *image;
	uint64_t sum = 42;

	(void)state;
	make("one", "f");
	assert_int_equal(fixture_sh("touch -d '-1 day' one"), 0);
	image = open_image("one");
	assert_int_equal(kcov_image_state_sum(image, &sum), -ESTALE);
	assert_int_equal(sum, 42);
	image->state.changed[0] -= 10;
	assert_int_equal(fixture_sh("rm one"), 0);
	assert_int_equal(kcov_image_state_sum(image, &sum), -ENOENT);
	kcov_image_close(image);
}

static void changes_are_seen(void **state)
{
	struct kcov_image *image;

	(void)state;
	make("one", "f");
	make("two", "g");
	image = open_image("one");
	image->debug = open_image("two");
	assert_true(kcov_image_is_unchanged(image));
	assert_int_equal(fixture_sh("cp one three && mv three two"), 0);
	assert_false(kcov_image_is_unchanged(image));
	kcov_image_close(image);
	image = open_image("one");
	assert_int_equal(fixture_sh("rm one"), 0);
	assert_false(kcov_image_is_unchanged(image));
	kcov_image_close(image);
}

static void sums_are_remembered_by_state(void **state)
{
	const struct kcov_build_id id = { .bytes = { 1 }, .n = 1 }, other = { .n = 1 };
	uint64_t sum = 42;

	(void)state;
	assert_int_equal(setenv("XDG_CACHE_HOME", fixture_dir, 1), 0);
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), -ENOENT);
	assert_int_equal(fixture_sh("mkdir kcov"), 0);
	kcov_cache_remember(&id, 7, 0x1234);
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), 0);
	assert_int_equal(sum, 0x1234);
	/* The last word counts. */
	kcov_cache_remember(&id, 7, 0x5678);
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), 0);
	assert_int_equal(sum, 0x5678);
	assert_int_equal(kcov_cache_recall(&other, 7, &sum), -ENOENT);
	assert_int_equal(kcov_cache_recall(&id, 8, &sum), -ENOENT);
	assert_int_equal(fixture_sh("ln -sf ../../etc/passwd kcov/.0000000000000007.image-8"), 0);
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), -ENOENT);
	assert_int_equal(fixture_sh("ln -sf %0300d kcov/.0000000000000007.image-8", 1), 0);
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), -ENOENT);
	assert_int_equal(sum, 0x5678);
	unsetenv("XDG_CACHE_HOME");
	assert_int_equal(kcov_cache_recall(&id, 7, &sum), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_byte_makes_a_difference),
		cmocka_unit_test(copies_have_one_sum),
		cmocka_unit_test(debug_files_count),
		cmocka_unit_test(states_are_of_paths_sizes_and_times),
		cmocka_unit_test(what_was_changed_just_now_has_no_state),
		cmocka_unit_test(changes_are_seen),
		cmocka_unit_test(sums_are_remembered_by_state),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
