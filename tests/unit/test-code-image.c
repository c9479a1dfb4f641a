// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/code-image.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A program of which the code is known: the test's own file. */
static const char self[] = "/proc/self/exe";

__attribute__((noinline)) static int find_me(int i)
{
	return i * 3 + 1;
}

/* A function by its name. */
static const struct code_function *named(const struct code_image *image, const char *name)
{
	for (size_t i = 0; i < image->functions.n; i++)
		if (strcmp(image->functions.at[i].name, name) == 0)
			return &image->functions.at[i];
	return NULL;
}

static void functions_have_their_bytes(void **state)
{
	struct code_image image;
	const struct code_function *function;
	const uint8_t *bytes;
	size_t size;

	(void)state;
	assert_int_equal(find_me(1), 4);
	assert_int_equal(code_image_open(self, &image), 0);
	function = named(&image, "find_me");
	assert_non_null(function);
	assert_ptr_equal(code_image_function(&image, function->begin), function);
	assert_ptr_equal(code_image_function(&image, function->end - 1), function);
	assert_ptr_not_equal(code_image_function(&image, function->end), function);
	assert_true(code_image_is_text(&image, function->begin));
	bytes = code_image_bytes(&image, function->begin, &size);
	assert_non_null(bytes);
	assert_true(size >= function->end - function->begin);
	assert_memory_equal(bytes, (const void *)find_me, function->end - function->begin);
	code_image_close(&image);
}

static void functions_are_in_the_order_of_their_addresses(void **state)
{
	struct code_image image;

	(void)state;
	assert_int_equal(code_image_open(self, &image), 0);
	assert_true(image.functions.n > 2);
	for (size_t i = 1; i < image.functions.n; i++) {
		assert_true(image.functions.at[i - 1].begin < image.functions.at[i].begin);
		assert_true(image.functions.at[i - 1].end <= image.functions.at[i].begin);
	}
	assert_null(code_image_function(&image, 0));
	assert_null(code_image_function(&image, UINT64_MAX));
	assert_false(code_image_is_text(&image, UINT64_MAX));
	code_image_close(&image);
}

static void fixups_and_keys_are_found_by_their_instruction(void **state)
{
	struct code_fixup fixups[] = { { 10, 1, 0 }, { 20, 2, 0 }, { 30, 3, 0 } };
	struct code_key keys[] = { { 15, 4 } };
	const struct code_image image = { .fixups = { fixups, 3, 3 }, .keys = { keys, 1, 1 } };

	(void)state;
	assert_int_equal(code_image_fixup(&image, 20)->target, 2);
	assert_null(code_image_fixup(&image, 21));
	assert_int_equal(code_image_key(&image, 15)->target, 4);
	assert_null(code_image_key(&image, 10));
}

static void what_is_no_image_is_refused(void **state)
{
	char path[] = "/tmp/test-code-image-XXXXXX";
	const int fd = mkstemp(path);
	struct code_image image;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(code_image_open(path, &image), -EINVAL);
	assert_int_equal(write(fd, ELFMAG "none", 8), 8);
	assert_int_equal(code_image_open(path, &image), -EINVAL);
	close(fd);
	unlink(path);
	assert_int_equal(code_image_open(path, &image), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_have_their_bytes),
		cmocka_unit_test(functions_are_in_the_order_of_their_addresses),
		cmocka_unit_test(fixups_and_keys_are_found_by_their_instruction),
		cmocka_unit_test(what_is_no_image_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
