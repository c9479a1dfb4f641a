// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "base/error.h"
#include "kernel/kernel-symbols.h"

#include <errno.h>

#define LINK_TEXT 0xffffffff81000000u

static const struct kcov_host host = {
	.root = ".",
	.name = { .release = "6.12.0", .machine = "x86_64" },
};

static const char moved[] = "0000000000000000 A percpu\n"
			    "ffffffff9a000000 T _text\n"
			    "ffffffff9a000100 T vfs_read\n"
			    "ffffffff9a000200 T _etext\n"
			    "ffffffff9b000000 D data\n"
			    "ffffffffc0100000 t vfat_lookup\t[vfat]\n";

static void end(struct kcov_kernel *kernel, struct kcov_kernel_symbols *symbols)
{
	kcov_kernel_symbols_fini(symbols);
	kcov_kernel_fini(kernel);
}

static void its_own_functions_have_offsets(void **state)
{
	struct kcov_kernel_symbols symbols;
	const struct kcov_known_image *image = &symbols.image;
	struct kcov_kernel kernel;
	uint64_t offset;

	(void)state;
	fixture_write("proc/kallsyms", moved);

	assert_int_equal(kcov_kernel_symbols_init(&host, NULL, &kernel, &symbols), 0);

	assert_int_equal(kcov_kernel_offset(&kernel, &offset), 0);
	assert_int_equal(offset, 0x19000000);
	assert_string_equal(image->name, "vmlinux");
	assert_true(kcov_known_image_to_offset(image, LINK_TEXT + 0x110, &offset));
	assert_int_equal(offset, 0x110);
	assert_true(kcov_known_image_from_offset(image, 0x110, &offset));
	assert_int_equal(offset, LINK_TEXT + 0x110);
	end(&kernel, &symbols);
}

static void other_addresses_have_none(void **state)
{
	struct kcov_kernel_symbols symbols;
	struct kcov_kernel kernel;
	uint64_t offset = 42;

	(void)state;
	fixture_write("proc/kallsyms", moved);
	assert_int_equal(kcov_kernel_symbols_init(&host, NULL, &kernel, &symbols), 0);

	assert_false(kcov_known_image_to_offset(&symbols.image, LINK_TEXT + 0x200, &offset));
	assert_false(kcov_known_image_to_offset(&symbols.image, LINK_TEXT + 0x1000000, &offset));
	assert_false(kcov_known_image_to_offset(&symbols.image, 0xffffffffc0100000 - 0x19000000,
						&offset));
	assert_int_equal(offset, 42);
	end(&kernel, &symbols);
}

static void assert_refused(const struct kcov_host *on, int expected, const char *cause)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_kernel_symbols symbols;
	struct kcov_kernel kernel;

	assert_int_equal(kcov_kernel_symbols_init(on, &error, &kernel, &symbols), expected);
	assert_non_null(strstr(kcov_symbolize_error_message(error), cause));
	kcov_symbolize_error_free(error);
	end(&kernel, &symbols);
}

static void hidden_addresses_are_eperm(void **state)
{
	(void)state;
	fixture_write("proc/kallsyms", "0 T _text\n");
	assert_refused(&host, -EPERM, "kptr_restrict");
}

static void an_odd_place_is_enotsup(void **state)
{
	(void)state;
	fixture_write("proc/kallsyms", "ffffffff81001000 T _text\n");
	assert_refused(&host, -ENOTSUP, "0xffffffff81001000");
	fixture_write("proc/kallsyms", "ffffffffe0000000 T _text\n");
	assert_refused(&host, -ENOTSUP, "0xffffffffe0000000");
	fixture_write("proc/kallsyms", "ffffffff80000000 T _text\n");
	assert_refused(&host, -ENOTSUP, "0xffffffff80000000");
}

static void other_machines_are_enotsup(void **state)
{
	struct kcov_host arm = host;

	(void)state;
	fixture_write("proc/kallsyms", moved);
	strcpy(arm.name.machine, "aarch64");
	assert_refused(&arm, -ENOTSUP, "aarch64");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_own_functions_have_offsets),
		cmocka_unit_test(other_addresses_have_none),
		cmocka_unit_test(hidden_addresses_are_eperm),
		cmocka_unit_test(an_odd_place_is_enotsup),
		cmocka_unit_test(other_machines_are_enotsup),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
