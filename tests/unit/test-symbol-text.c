// SPDX-License-Identifier: MIT
#include "unit.h"

#include "symbols/symbol-text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool next(const char *line, struct symbol_text *ret)
{
	return symbol_text_next(line, line + strlen(line), ret);
}

/* What is found in a line: all of it, its parts, and where the line goes on. */
static void assert_found(const char *line, const char *whole, const char *name, uint64_t offset,
			 uint64_t size, const char *image, const char *id)
{
	struct symbol_text symbol;

	assert_true(next(line, &symbol));
	assert_int_equal(symbol.end - symbol.begin, strlen(whole));
	assert_memory_equal(symbol.begin, whole, strlen(whole));
	assert_string_equal(symbol.name, name);
	assert_int_equal(symbol.offset, offset);
	assert_int_equal(symbol.has_size, size != 0);
	assert_int_equal(symbol.size, size);
	assert_string_equal(symbol.image, image);
	assert_string_equal(symbol.id, id);
	assert_false(symbol.is_user);
}

static void symbols_are_found_as_the_kernel_prints_them(void **state)
{
	(void)state;
	assert_found("vfs_read+0x1a", "vfs_read+0x1a", "vfs_read", 0x1a, 0, "", "");
	assert_found("<4>[  1.25] RIP: 0010:vfs_read+0x1a/0x90\r", "vfs_read+0x1a/0x90", "vfs_read",
		     0x1a, 0x90, "", "");
	assert_found(" ? do_one.isra.0+0xffffffffffffffff/0x1\n",
		     "do_one.isra.0+0xffffffffffffffff/0x1", "do_one.isra.0", UINT64_MAX, 1, "",
		     "");
	assert_found("[<0>] a+0x0/0x10 [snd-hda]", "a+0x0/0x10 [snd-hda]", "a", 0, 0x10, "snd_hda",
		     "");
	assert_found("a+0x0/0x10 [ext4 1234ABcd] x", "a+0x0/0x10 [ext4 1234ABcd]", "a", 0, 0x10,
		     "ext4", "1234ABcd");
	assert_found("a+0x3 [vmlinux 12]", "a+0x3 [vmlinux 12]", "a", 3, 0, "vmlinux", "12");
	assert_found(".init.text+0x10", ".init.text+0x10", ".init.text", 0x10, 0, "", "");
	assert_found("(foo+0x1/0x2 [bar])", "foo+0x1/0x2 [bar]", "foo", 1, 2, "bar", "");
	assert_found("add+0x1", "add+0x1", "add", 1, 0, "", "");
}

static void symbols_are_found_as_perf_prints_them(void **state)
{
	struct symbol_text symbol;

	(void)state;
	assert_found("\tffff12 a+0x1 ([kernel.kallsyms])", "a+0x1 ([kernel.kallsyms])", "a", 1, 0,
		     "vmlinux", "");
	assert_found("a+0x1 ([nf-tables])", "a+0x1 ([nf-tables])", "a", 1, 0, "nf_tables", "");
	assert_found("a+0x1 (/lib/debug/boot/vmlinux-6.1) b", "a+0x1 (/lib/debug/boot/vmlinux-6.1)",
		     "a", 1, 0, "vmlinux", "");
	assert_found("a+0x1 (/lib/modules/6/snd-hda.ko.xz)", "a+0x1 (/lib/modules/6/snd-hda.ko.xz)",
		     "a", 1, 0, "snd_hda", "");
	for (const char *const *line =
		     (const char *const[]){ "read+0x14 (/usr/lib/libc.so.6)",
					    "a+0x1 (/tmp/x.kodak)", "a+0x1 ([vdso])", NULL };
	     *line; line++) {
		assert_true(next(*line, &symbol));
		assert_true(symbol.is_user);
		assert_ptr_equal(symbol.end, *line + strlen(*line));
	}
}

static void what_only_looks_like_an_image_is_none(void **state)
{
	(void)state;
	assert_found("a+0x1/0x2 (P)", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2 [ext4", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2 []", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2 [ext4 not hex]", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2[ext4]", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2 ([ext4]", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/0x2 (/a", "a+0x1/0x2", "a", 1, 2, "", "");
	assert_found("a+0x1/2", "a+0x1", "a", 1, 0, "", "");
}

static void other_text_is_no_symbol(void **state)
{
	static const char *const lines[] = {
		"",      "+",          "a+",         "a+0x",   "a+12",
		"+0x12", " +0x12",     "9a+0x1",     "a+0x1g", "a+0x12345678901234567",
		"a+0X1", "Code: + 0x", "a +0x1 + 0", "a+0x1_", "vfs_read",
	};
	struct symbol_text symbol;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_false(next(lines[i], &symbol));
}

static void the_first_of_several_is_found(void **state)
{
	static const char line[] = "a+b c+0xz d+0x4 <-e+0x5/0x6";
	struct symbol_text symbol;

	(void)state;
	assert_true(next(line, &symbol));
	assert_string_equal(symbol.name, "d");
	assert_true(symbol_text_next(symbol.end, line + strlen(line), &symbol));
	assert_string_equal(symbol.name, "e");
	assert_false(symbol_text_next(symbol.end, line + strlen(line), &symbol));
	/* The bytes behind the end are not looked at. */
	assert_true(symbol_text_next(line, line + 15, &symbol));
	assert_int_equal(symbol.offset, 0x4);
	assert_false(symbol_text_next(line, line + 14, &symbol));
}

static void parts_that_are_too_long_are_left(void **state)
{
	struct symbol_text symbol;
	char *line;

	(void)state;
	assert_true(asprintf(&line, "n%0511d+0x1", 0) > 0);
	assert_true(next(line, &symbol));
	assert_int_equal(strlen(symbol.name), 512);
	free(line);
	assert_true(asprintf(&line, "n%0512d+0x1", 0) > 0);
	assert_false(next(line, &symbol));
	free(line);
	assert_true(asprintf(&line, "a+0x1 [m%064d]", 0) > 0);
	assert_found(line, "a+0x1", "a", 1, 0, "", "");
	free(line);
	assert_true(asprintf(&line, "a+0x1 (/%0999d/x.ko)", 0) > 0);
	assert_found(line, "a+0x1", "a", 1, 0, "", "");
	free(line);
}

static void a_whole_text_is_one_symbol_or_none(void **state)
{
	struct symbol_text symbol;

	(void)state;
	assert_true(symbol_text_parse("a+0x1/0x2 [m 12]", &symbol));
	assert_false(symbol_text_parse(" a+0x1", &symbol));
	assert_false(symbol_text_parse("a+0x1 ", &symbol));
	assert_false(symbol_text_parse("a+0x1 b+0x1", &symbol));
	assert_false(symbol_text_parse("a", &symbol));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(symbols_are_found_as_the_kernel_prints_them),
		cmocka_unit_test(symbols_are_found_as_perf_prints_them),
		cmocka_unit_test(what_only_looks_like_an_image_is_none),
		cmocka_unit_test(other_text_is_no_symbol),
		cmocka_unit_test(the_first_of_several_is_found),
		cmocka_unit_test(parts_that_are_too_long_are_left),
		cmocka_unit_test(a_whole_text_is_one_symbol_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
