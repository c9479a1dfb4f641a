// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "image/text-offsets.h"

#include <errno.h>

static struct kcov_image *open_module(const char *source)
{
	struct kcov_image *image;

	fixture_write("module.s", source);
	assert_int_equal(fixture_sh("%s -c -o module.o module.s && ld -r -o module.ko module.o",
				    fixture_compiler()),
			 0);
	assert_int_equal(kcov_image_open_module("module.ko", NULL, &image), 0);
	return image;
}

static void sections_of_a_module_lie_one_behind_the_other(void **state)
{
	struct kcov_image *image =
		open_module(".text\n.balign 16\n.skip 5\n"
			    ".section .data.more, \"aw\"\n.balign 256\n.skip 300\n"
			    ".section .init.text, \"ax\"\n.balign 4\n.skip 7\n"
			    /* It has no bytes, and yet it is aligned. */
			    ".section .empty.text, \"ax\"\n.balign 64\n"
			    ".section .exit.text, \"ax\"\n.skip 3\n");
	uint32_t offsets[8] = { 42, 42, 42, 42 };

	(void)state;
	assert_int_equal(image->text.ranges.n, 3);
	assert_int_equal(kcov_text_offsets(image, offsets), 0);
	assert_int_equal(offsets[0], 0);
	assert_int_equal(offsets[1], 8);
	assert_int_equal(offsets[2], 64);
	assert_int_equal(offsets[3], 42);
	kcov_image_close(image);
}

static void sections_of_what_is_linked_lie_where_they_do(void **state)
{
	struct kcov_image *image;
	uint32_t offsets[8];

	(void)state;
	fixture_write("source.s", ".text\n.skip 5\n.section high, \"ax\"\n.skip 3\n");
	fixture_link("-Wl,--section-start=.text=0x500000,--section-start=high=0x700000 source.s");
	assert_int_equal(kcov_image_open("out", NULL, &image), 0);
	assert_int_equal(image->text.ranges.n, 2);
	assert_int_equal(kcov_text_offsets(image, offsets), 0);
	assert_int_equal(offsets[0], 0);
	assert_int_equal(offsets[1], 0x200000);
	kcov_image_close(image);
}

static void sections_of_more_than_4_gb_are_efbig(void **state)
{
	struct kcov_image *image = open_module(".section .a, \"ax\", %nobits\n.skip 0x80000000\n"
					       ".section .b, \"ax\", %nobits\n.skip 0x80000000\n"
					       ".section .c, \"ax\", %nobits\n.skip 0x80000000\n");
	uint32_t offsets[8];

	(void)state;
	assert_int_equal(kcov_text_offsets(image, offsets), -EFBIG);
	kcov_image_close(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_of_a_module_lie_one_behind_the_other),
		cmocka_unit_test(sections_of_what_is_linked_lie_where_they_do),
		cmocka_unit_test(sections_of_more_than_4_gb_are_efbig),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
