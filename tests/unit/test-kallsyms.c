// SPDX-License-Identifier: MIT
#include "unit.h"

#include "kernel/kallsyms.h"

#include <errno.h>
#include <string.h>

static struct kcov_text text_of(const char *text)
{
	return (struct kcov_text){ text, strlen(text) };
}

static void line_of_the_kernel_is_parsed(void **state)
{
	struct kcov_text text = text_of("ffffffff81000000 T _text\n");
	struct kcov_kallsyms_line line;

	(void)state;
	assert_true(kcov_kallsyms_next(&text, &line));

	assert_int_equal(line.address, 0xffffffff81000000);
	assert_int_equal(line.type, 'T');
	assert_true(kcov_text_is(line.name, "_text"));
	assert_int_equal(line.module.n, 0);
	assert_false(kcov_kallsyms_next(&text, &line));
}

static void line_of_a_module_is_parsed(void **state)
{
	struct kcov_text text = text_of("ffffffffc0001000 t ext4_init\t[ext4]\n");
	struct kcov_kallsyms_line line;

	(void)state;
	assert_true(kcov_kallsyms_next(&text, &line));

	assert_true(kcov_text_is(line.name, "ext4_init"));
	assert_true(kcov_text_is(line.module, "ext4"));
}

static void line_that_was_cut_is_left_out(void **state)
{
	struct kcov_text text = text_of("ffffffff81000000 T _text\nffffffff81001000 T whole_nam");
	struct kcov_kallsyms_line line;

	(void)state;
	assert_true(kcov_kallsyms_next(&text, &line));
	assert_false(kcov_kallsyms_next(&text, &line));
}

static void what_is_no_line_is_skipped(void **state)
{
	struct kcov_text text = text_of("\nzz T a\n1 TT b\n1 T\n1\n12345678901234567 T c\n"
					"2 t d [\n2 t e []\n3 t f\n");
	struct kcov_kallsyms_line line;

	(void)state;
	assert_true(kcov_kallsyms_next(&text, &line));

	assert_int_equal(line.address, 3);
	assert_true(kcov_text_is(line.name, "f"));
}

static void text_address_is_found(void **state)
{
	uint64_t address;

	(void)state;
	assert_int_equal(kcov_kallsyms_find_text(text_of("0 A fixed_percpu_data\n"
							 "ffffffff9a000000 T _stext\n"
							 "ffffffff9a000000 T _text\n"),
						 &address),
			 0);
	assert_int_equal(address, 0xffffffff9a000000);
}

static void text_address_of_zeros_is_eperm(void **state)
{
	uint64_t address = 42;

	(void)state;
	assert_int_equal(kcov_kallsyms_find_text(text_of("0000000000000000 T _stext\n"
							 "0000000000000000 T _text\n"),
						 &address),
			 -EPERM);
	assert_int_equal(address, 42);
}

static void text_address_that_is_not_there_is_enodata(void **state)
{
	uint64_t address;

	(void)state;
	assert_int_equal(
		kcov_kallsyms_find_text(text_of("ffffffffc0000000 t _text\t[odd]\n"), &address),
		-ENODATA);
	assert_int_equal(kcov_kallsyms_find_text((struct kcov_text){}, &address), -ENODATA);
}

static void modules_are_read_with_their_bounds(void **state)
{
	struct kcov_arena arena = {};
	struct kcov_modules modules;
	const struct kcov_module *module;

	(void)state;
	assert_int_equal(kcov_modules_parse(text_of("vfat 20480 1 - Live 0xffffffffc0100000\n"
						    "fat 94208 1 vfat, Live 0xffffffffc0200000 (E)"
						    "\n"
						    "hidden 4096 0 - Live 0x0000000000000000\n"
						    "short 4096 0\n"
						    "cut 4096 0 - Live 0xffffffffc03"),
					    &arena, &modules),
			 0);

	assert_int_equal(modules.n, 2);
	module = kcov_modules_find(&modules, text_of("fat"));
	assert_string_equal(module->name, "fat");
	assert_int_equal(module->base, 0xffffffffc0200000);
	assert_int_equal(module->end, 0xffffffffc0200000 + 94208);
	assert_null(kcov_modules_find(&modules, text_of("hidden")));
	kcov_modules_fini(&modules);
	kcov_arena_fini(&arena);
}

/* Symbols of a module "m" at 0x1000, of 0x1000 bytes. */
struct symbols {
	struct kcov_arena arena;
	struct kcov_modules modules;
	struct kcov_kallsyms kallsyms;
};

static void parse(struct symbols *symbols, const char *text)
{
	*symbols = (struct symbols){};
	assert_int_equal(kcov_modules_parse(text_of("m 4096 0 - Live 0x1000\n"), &symbols->arena,
					    &symbols->modules),
			 0);
	assert_int_equal(kcov_kallsyms_parse(text_of(text), &symbols->modules, &symbols->arena,
					     &symbols->kallsyms),
			 0);
}

static void free_symbols(struct symbols *symbols)
{
	kcov_kallsyms_fini(&symbols->kallsyms);
	kcov_modules_fini(&symbols->modules);
	kcov_arena_fini(&symbols->arena);
}

static const char *name_at(const struct symbols *symbols, uint64_t address)
{
	const struct kcov_kallsym *symbol = kcov_kallsyms_find(&symbols->kallsyms, address);

	return symbol ? symbol->name : "";
}

static void function_goes_on_to_the_next_symbol(void **state)
{
	struct symbols symbols;

	(void)state;
	parse(&symbols, "1200 t b\t[m]\n1100 T a\t[m]\n");

	assert_string_equal(name_at(&symbols, 0x10ff), "");
	assert_string_equal(name_at(&symbols, 0x1100), "a");
	assert_string_equal(name_at(&symbols, 0x11ff), "a");
	assert_string_equal(name_at(&symbols, 0x1200), "b");
	free_symbols(&symbols);
}

static void function_goes_no_further_than_its_module(void **state)
{
	struct symbols symbols;

	(void)state;
	parse(&symbols, "1100 T a\t[m]\n");

	assert_string_equal(name_at(&symbols, 0x1fff), "a");
	assert_string_equal(name_at(&symbols, 0x2000), "");
	free_symbols(&symbols);
}

static void data_ends_a_function_and_is_none(void **state)
{
	struct symbols symbols;

	(void)state;
	parse(&symbols, "1100 t a\t[m]\n1200 d data\t[m]\n");

	assert_string_equal(name_at(&symbols, 0x11ff), "a");
	assert_string_equal(name_at(&symbols, 0x1200), "");
	free_symbols(&symbols);
}

static void what_is_of_no_known_module_is_not_found(void **state)
{
	struct symbols symbols;

	(void)state;
	parse(&symbols, "1100 t bpf_prog\t[bpf]\n1200 t kernel\n8000 t far\t[m]\n");

	assert_string_equal(name_at(&symbols, 0x1100), "");
	assert_string_equal(name_at(&symbols, 0x1200), "");
	assert_string_equal(name_at(&symbols, 0x8000), "");
	free_symbols(&symbols);
}

static void functions_go_before_data_at_one_address(void **state)
{
	struct symbols symbols;

	(void)state;
	parse(&symbols, "1100 r rodata\t[m]\n1100 W weak\t[m]\n1100 r more\t[m]\n");

	assert_string_equal(name_at(&symbols, 0x1100), "weak");
	free_symbols(&symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_of_the_kernel_is_parsed),
		cmocka_unit_test(line_of_a_module_is_parsed),
		cmocka_unit_test(line_that_was_cut_is_left_out),
		cmocka_unit_test(what_is_no_line_is_skipped),
		cmocka_unit_test(text_address_is_found),
		cmocka_unit_test(text_address_of_zeros_is_eperm),
		cmocka_unit_test(text_address_that_is_not_there_is_enodata),
		cmocka_unit_test(modules_are_read_with_their_bounds),
		cmocka_unit_test(function_goes_on_to_the_next_symbol),
		cmocka_unit_test(function_goes_no_further_than_its_module),
		cmocka_unit_test(data_ends_a_function_and_is_none),
		cmocka_unit_test(what_is_of_no_known_module_is_not_found),
		cmocka_unit_test(functions_go_before_data_at_one_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
