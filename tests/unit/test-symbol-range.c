// SPDX-License-Identifier: MIT
#include "module-fixture.h"

#include "alloc.h"

#include <errno.h>

/* The only symbol of that name. */
static struct kcov_symbol_range find(const struct kcov_symbolizer *symbolizer, const char *image,
				     const char *name)
{
	struct kcov_symbol_range range;

	assert_int_equal(kcov_symbolizer_symbols(symbolizer, image, name, &range, 1), 1);
	assert_string_equal(range.name, name);
	return range;
}

static void assert_build_id(const struct kcov_image_offset *at, const char *hex)
{
	assert_int_equal(at->build_id_size, strlen(hex) / 2);
	for (size_t i = 0; i < at->build_id_size; i++) {
		char byte[3];

		snprintf(byte, sizeof(byte), "%02x", at->build_id[i]);
		assert_memory_equal(byte, hex + 2 * i, 2);
	}
}

static void a_symbol_of_the_image_is_a_range(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;
	struct kcov_symbol_range range;

	(void)state;
	make_kernel();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);

	range = find(symbolizer, "vmlinux", "in_assembler");

	assert_string_equal(range.begin.image, "vmlinux");
	assert_build_id(&range.begin, FIXTURE_BUILD_ID);
	assert_true(range.has_offset && range.has_pc);
	assert_int_equal(range.begin.offset, 0x10);
	assert_int_equal(range.pc, LINK_TEXT + 0x10);
	assert_int_equal(range.size, 16);
	assert_int_equal(range.extent, 16);
	assert_false(range.is_last);
	assert_true(find(symbolizer, NULL, "f").is_last);
	kcov_symbolizer_close(symbolizer);
}

static void what_is_not_there_is_none(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "vmlinux", "g", NULL, 0), 0);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "g", NULL, 0), 0);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "ext4", "f", NULL, 0), -ENOENT);
	kcov_symbolizer_close(symbolizer);
}

static void all_of_a_name_are_found_whatever_the_room(void **state)
{
	struct kcov_symbol_range ranges[3] = { 0 };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	fixture_write("other.c", "__attribute__((used)) static int f(int x) { return x + 5; }\n");
	link_vmlinux("-g other.c");
	compile_module(IN_TREE, MODULE_ID, "-g -Dfirst=f");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "f", ranges, 2), 3);
	assert_string_equal(ranges[0].begin.image, "vmlinux");
	assert_string_equal(ranges[1].begin.image, "vmlinux");
	assert_true(ranges[0].pc < ranges[1].pc);
	assert_null(ranges[2].name);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "f", ranges, 3), 3);
	assert_string_equal(ranges[2].begin.image, "snd_test");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "vmlinux", "f", NULL, 0), 2);
	kcov_symbolizer_close(symbolizer);
}

static void symbols_of_modules_lie_where_they_are_loaded(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	range = find(symbolizer, "snd_test", "second");
	assert_build_id(&range.begin, MODULE_ID);
	assert_int_equal(range.pc, TEXT + 16 - OFFSET);
	assert_int_equal(range.begin.offset, 16);
	assert_true(range.has_offset && range.has_pc);
	assert_int_equal(find(symbolizer, NULL, "unlikely").pc, UNLIKELY - OFFSET);
	assert_int_equal(find(symbolizer, NULL, "init").pc, INIT - OFFSET);
	kcov_symbolizer_close(symbolizer);
}

static void symbols_without_an_image_come_from_kallsyms(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;

	(void)state;
	load_module();
	symbolizer = open_kernel("out");
	range = find(symbolizer, NULL, "first");
	assert_string_equal(range.begin.image, "snd_test");
	assert_build_id(&range.begin, MODULE_ID);
	assert_int_equal(range.pc, TEXT - OFFSET);
	assert_true(range.has_pc);
	assert_false(range.has_offset);
	assert_int_equal(range.size, 0);
	assert_int_equal(range.extent, 16);
	assert_false(range.is_last);
	range = find(symbolizer, "vfat", "vfat_lookup");
	assert_int_equal(range.extent, 4096);
	assert_true(range.is_last);
	kcov_symbolizer_close(symbolizer);
}

static void symbols_of_the_kernel_come_from_kallsyms_too(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	symbolizer = open_kernel(NULL);
	range = find(symbolizer, "vmlinux", "vfs_read");
	assert_build_id(&range.begin, FIXTURE_BUILD_ID);
	assert_true(range.has_offset && range.has_pc);
	assert_int_equal(range.pc, LINK_TEXT + 0x100);
	assert_int_equal(range.begin.offset, 0x100);
	kcov_symbolizer_close(symbolizer);
}

static void a_kernel_that_hides_addresses_has_no_pcs(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	fixture_write("proc/kallsyms", "0000000000000000 T _text\n");
	symbolizer = open_kernel("out");
	range = find(symbolizer, "snd_test", "second");
	assert_true(range.has_offset);
	assert_false(range.has_pc);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "vfat", "vfat_lookup", NULL, 0), 0);
	kcov_symbolizer_close(symbolizer);
}

static void a_module_that_is_loaded_later_is_found(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	fixture_write("proc/modules", "");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "snd_test", "first", NULL, 0),
			 -ENOENT);
	fixture_write("proc/modules", "snd_test 16384 0 - Live 0xffffffffc0200000\n");
	assert_int_equal(find(symbolizer, "snd_test", "first").pc, TEXT - OFFSET);
	kcov_symbolizer_close(symbolizer);
}

static void a_section_is_found_by_its_name(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	range = find(symbolizer, "snd_test", ".text.unlikely");
	assert_int_equal(range.pc, UNLIKELY - OFFSET);
	assert_true(range.size > 0);
	assert_int_equal(range.size, range.extent);
	assert_true(range.is_last);
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, "snd_test", ".data", NULL, 0), 0);
	kcov_symbolizer_close(symbolizer);
}

/* Of an image by itself, and of a kernel that has not loaded it. */
static void a_module_that_is_given_need_not_be_loaded(void **state)
{
	struct kcov_symbolizer *symbolizers[2];

	(void)state;
	load_module();
	compile_module("nouveau-x.ko", OTHER_ID, "-g");
	write_build_id("sys/module/vfat/notes/.note.gnu.build-id", MODULE_ID);
	symbolizers[0] = open_kernel("out");
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizers[1]), 0);
	for (size_t i = 0; i < 2; i++) {
		struct kcov_symbol_range range;

		assert_int_equal(kcov_symbolizer_add_module(symbolizers[i], "nouveau-x.ko", NULL),
				 0);
		range = find(symbolizers[i], "nouveau_x", "second");
		assert_build_id(&range.begin, OTHER_ID);
		assert_true(range.has_offset);
		assert_int_equal(range.begin.offset, 16);
		assert_false(range.has_pc);
		kcov_symbolizer_close(symbolizers[i]);
	}
}

static void symbols_without_memory_are_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	do {
		struct kcov_symbolizer *symbolizer = open_kernel("out");
		struct kcov_symbol_range range = { .size = 42 };
		int n;

		alloc_fail_at(++nth);
		n = kcov_symbolizer_symbols(symbolizer, "snd_test", "second", &range, 1);
		failed = alloc_failed();
		assert_true(n == 1 || (n == -ENOMEM && failed));
		failures += n != 1;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_symbol_of_the_image_is_a_range),
		cmocka_unit_test(what_is_not_there_is_none),
		cmocka_unit_test(all_of_a_name_are_found_whatever_the_room),
		cmocka_unit_test(symbols_of_modules_lie_where_they_are_loaded),
		cmocka_unit_test(symbols_without_an_image_come_from_kallsyms),
		cmocka_unit_test(symbols_of_the_kernel_come_from_kallsyms_too),
		cmocka_unit_test(a_kernel_that_hides_addresses_has_no_pcs),
		cmocka_unit_test(a_module_that_is_loaded_later_is_found),
		cmocka_unit_test(a_section_is_found_by_its_name),
		cmocka_unit_test(a_module_that_is_given_need_not_be_loaded),
		cmocka_unit_test(symbols_without_memory_are_enomem),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
