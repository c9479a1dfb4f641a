// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "kernel/kernel.h"

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
			    "ffffffffc0100000 t vfat_lookup\t[vfat]\n"
			    "ffffffffc0100080 t vfat_create\t[vfat]\n";

static const char module_list[] = "vfat 4096 0 - Live 0xffffffffc0100000\n";

static void write_proc(const char *kallsyms, const char *modules)
{
	fixture_write("proc/kallsyms", kallsyms);
	fixture_write("proc/modules", modules);
}

static void offset_is_the_distance_from_the_image(void **state)
{
	struct kcov_kernel kernel;
	uint64_t offset;

	(void)state;
	write_proc(moved, "");
	kcov_kernel_init(&host, LINK_TEXT, &kernel);

	assert_int_equal(kcov_kernel_offset(&kernel, &offset), 0);

	assert_int_equal(offset, 0x19000000);
	kcov_kernel_fini(&kernel);
}

static void offset_is_found_behind_many_other_symbols(void **state)
{
	struct kcov_kernel kernel;
	uint64_t offset;

	(void)state;
	assert_int_equal(fixture_sh("mkdir -p proc; (yes '0 A percpu' | head -n 100000; "
				    "echo ffffffff82000000 T _text) >proc/kallsyms"),
			 0);
	kcov_kernel_init(&host, LINK_TEXT, &kernel);

	assert_int_equal(kcov_kernel_offset(&kernel, &offset), 0);

	assert_int_equal(offset, 0x1000000);
	kcov_kernel_fini(&kernel);
}

static void offset_of_a_kernel_that_shows_zeros_is_eperm(void **state)
{
	struct kcov_kernel kernel;
	uint64_t offset = 42;

	(void)state;
	write_proc("0000000000000000 T _text\n", "");
	kcov_kernel_init(&host, LINK_TEXT, &kernel);
	assert_int_equal(kcov_kernel_offset(&kernel, &offset), -EPERM);

	assert_int_equal(fixture_sh("rm proc/kallsyms"), 0);
	assert_int_equal(kcov_kernel_offset(&kernel, &offset), -EPERM);
	assert_int_equal(offset, 42);
	kcov_kernel_fini(&kernel);
}

static void module_pc_is_found_at_its_place_at_run_time(void **state)
{
	struct kcov_kernel_place place;
	struct kcov_kernel kernel;

	(void)state;
	write_proc(moved, module_list);
	kcov_kernel_init(&host, LINK_TEXT, &kernel);

	assert_int_equal(kcov_kernel_find(&kernel, 0xffffffffc0100084 - 0x19000000, &place), 0);

	assert_string_equal(place.symbol, "vfat_create");
	assert_int_equal(place.symbol_offset, 4);
	assert_string_equal(place.module, "vfat");
	assert_int_equal(place.offset, 0x84);
	assert_null(place.index);
	kcov_kernel_fini(&kernel);
}

static void assert_unknown(struct kcov_kernel *kernel, uint64_t pc)
{
	struct kcov_kernel_place place = { .module = "something" };

	assert_int_equal(kcov_kernel_find(kernel, pc, &place), 0);
	assert_null(place.module);
	assert_null(place.symbol);
	assert_null(place.index);
}

static void pc_past_a_module_is_nobodys(void **state)
{
	struct kcov_kernel kernel;

	(void)state;
	write_proc(moved, module_list);
	kcov_kernel_init(&host, LINK_TEXT, &kernel);

	assert_unknown(&kernel, 0xffffffffc0101000 - 0x19000000);
	assert_unknown(&kernel, 0xffffffffc00fffff - 0x19000000);
	assert_unknown(&kernel, 0);
	kcov_kernel_fini(&kernel);
}

static void functions_of_the_kernel_are_left_to_its_image(void **state)
{
	struct kcov_kernel kernel;

	(void)state;
	write_proc(moved, module_list);
	kcov_kernel_init(&host, LINK_TEXT, &kernel);

	assert_unknown(&kernel, LINK_TEXT + 0x100);
	kcov_kernel_fini(&kernel);
}

static void hidden_addresses_find_nothing(void **state)
{
	struct kcov_kernel kernel;

	(void)state;
	write_proc("0 T _text\n0 t vfat_lookup\t[vfat]\n", "vfat 4096 0 - Live 0x0\n");
	kcov_kernel_init(&host, LINK_TEXT, &kernel);
	assert_unknown(&kernel, 0xffffffffc0100000);

	assert_int_equal(fixture_sh("rm -r proc"), 0);
	assert_unknown(&kernel, 0xffffffffc0100000);
	kcov_kernel_fini(&kernel);
}

/* Whatever runs here. */
static void alone_nothing_is_known(void **state)
{
	struct kcov_kernel kernel;
	uint64_t offset;

	(void)state;
	write_proc(moved, module_list);
	kcov_kernel_init_alone(&host, &kernel);

	assert_int_equal(kcov_kernel_offset(&kernel, &offset), -ENOTSUP);
	assert_int_equal(kcov_kernel_refresh(&kernel), 0);
	assert_unknown(&kernel, 0xffffffffc0100000);
	kcov_kernel_fini(&kernel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offset_is_the_distance_from_the_image),
		cmocka_unit_test(offset_is_found_behind_many_other_symbols),
		cmocka_unit_test(offset_of_a_kernel_that_shows_zeros_is_eperm),
		cmocka_unit_test(module_pc_is_found_at_its_place_at_run_time),
		cmocka_unit_test(pc_past_a_module_is_nobodys),
		cmocka_unit_test(functions_of_the_kernel_are_left_to_its_image),
		cmocka_unit_test(hidden_addresses_find_nothing),
		cmocka_unit_test(alone_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
