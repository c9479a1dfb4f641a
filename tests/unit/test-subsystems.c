// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "coverage/subsystems.h"

#include <errno.h>
#include <string.h>

static const char text[] = "List of maintainers\n"
			   "===================\n"
			   "\n"
			   "	F: *Files* and directories\n"
			   "	   F:	drivers/net/	all files in and below drivers/net\n"
			   "\n"
			   "Maintainers List\n"
			   "----------------\n"
			   "\n"
			   ".. note:: keep them in order\n"
			   "\n"
			   "COMMON CLK FRAMEWORK\n"
			   "M:	Somebody <somebody@example.org>\n"
			   "F:	drivers/clk/\n"
			   "X:	drivers/clk/clkdev.c\n"
			   "\n"
			   "EXT4 FILE SYSTEM\r\n"
			   "F:	fs/ext4/\r\n"
			   "\n"
			   "FILESYSTEMS\n"
			   "F:	fs/*\n"
			   "F:	include/linux/fs.h  \n"
			   "F:	include/uapi\n"
			   "\n"
			   "KVM FOR ALL\n"
			   "F:	arch/*/kvm/\n"
			   "\n"
			   "PHY OF ONE\n"
			   "F:	drivers/net/phy/one*.[ch]\n"
			   "F:	drivers/**/*deep*.c\n"
			   "F:	lib/a[]b]*long.c\n"
			   "F:	lib/c[!]d]*long.c\n"
			   "F:	lib/e[fg*long.c\n"
			   "\n"
			   "TEGRA\n"
			   "N:	[^a-z]tegra\n"
			   "N:	/vdso/[^/]*getrandom\n"
			   "X:	drivers/tegra/not/\n"
			   "\n"
			   "BROADCOM\n"
			   "N:	bcm47xx*\n"
			   "N:	a{9}|\\d|(\n"
			   "\n"
			   "THE REST\n"
			   "F:	*\n"
			   "F:	*/\n";

static void assert_titles(const char *const (*rows)[2])
{
	struct subsystems subsystems;

	assert_int_equal(subsystems_parse(text, strlen(text), &subsystems), 0);
	for (; (*rows)[0]; rows++) {
		const char *title = subsystems_of(&subsystems, (*rows)[0]);

		if (!title || strcmp(title, (*rows)[1]) != 0)
			fail_msg("%s: %s, not %s", (*rows)[0], title ? title : "none", (*rows)[1]);
	}
	subsystems_fini(&subsystems);
}

static void brackets_are_not_spelled_out(void **state)
{
	static const char *const rows[][2] = {
		{ "lib/a]x-long.c", "PHY OF ONE" },
		{ "lib/abx-long.c", "PHY OF ONE" },
		{ "lib/acx-long.c", "THE REST" },
		{ "lib/cx-long.c", "PHY OF ONE" },
		{ "lib/cd-long.c", "THE REST" },
		{ "lib/c]-long.c", "THE REST" },
		{ "lib/e[fg-long.c", "PHY OF ONE" },
		{ "lib/ef-long.c", "THE REST" },
		{ NULL, NULL },
	};

	(void)state;
	assert_titles(rows);
}

static void directories_have_all_that_is_below(void **state)
{
	static const char *const rows[][2] = {
		{ "fs/ext4/inode.c", "EXT4 FILE SYSTEM" },
		{ "fs/ext4/deep/er/inode.c", "EXT4 FILE SYSTEM" },
		{ "drivers/clk/clk.c", "COMMON CLK FRAMEWORK" },
		/* Without a slash at its end it may be one. */
		{ "include/uapi/linux/fs.h", "FILESYSTEMS" },
		{ "include/uapix.h", "THE REST" },
		{ "fs/ext4", "FILESYSTEMS" },
		{ NULL, NULL },
	};

	(void)state;
	assert_titles(rows);
}

static void wildcards_end_at_slashes(void **state)
{
	static const char *const rows[][2] = {
		{ "fs/namei.c", "FILESYSTEMS" },
		{ "fs/proc/base.c", "THE REST" },
		{ "arch/x86/kvm/mmu/mmu.c", "KVM FOR ALL" },
		{ "arch/x86/lib/kvm/x.c", "THE REST" },
		{ "drivers/net/phy/one-1.c", "PHY OF ONE" },
		{ "drivers/net/phy/one-1.o", "THE REST" },
		{ "drivers/a/b/c/very-deep-1.c", "PHY OF ONE" },
		{ "Makefile", "THE REST" },
		{ NULL, NULL },
	};

	(void)state;
	assert_titles(rows);
}

static void the_pattern_that_says_most_counts(void **state)
{
	static const char *const rows[][2] = {
		{ "include/linux/fs.h", "FILESYSTEMS" },
		/* Expressions say less than where a file is, and more than nothing. */
		{ "drivers/clk/tegra/clk.c", "COMMON CLK FRAMEWORK" },
		{ "mm/tegra.c", "TEGRA" },
		{ "mm/integra.c", "THE REST" },
		{ "x/bcm47x.c", "BROADCOM" },
		{ "lib/vdso/x-getrandom-y.c", "TEGRA" },
		{ NULL, NULL },
	};

	(void)state;
	assert_titles(rows);
}

static void what_is_excluded_is_left_to_others(void **state)
{
	static const char *const rows[][2] = {
		{ "drivers/clk/clkdev.c", "THE REST" },
		{ "drivers/tegra/not/tegra.c", "THE REST" },
		{ "drivers/tegra/x.c", "TEGRA" },
		{ NULL, NULL },
	};

	(void)state;
	assert_titles(rows);
}

static void a_file_that_no_section_means_has_none(void **state)
{
	static const char some[] =
		"F:	of/no/section.c\n\nONE\nF:\nF:	fs/\nN:	x{2}\nN:	(((";
	struct subsystems subsystems;

	(void)state;
	assert_int_equal(subsystems_parse(some, strlen(some), &subsystems), 0);
	assert_string_equal(subsystems_of(&subsystems, "fs/a.c"), "ONE");
	assert_null(subsystems_of(&subsystems, "mm/a.c"));
	assert_null(subsystems_of(&subsystems, "of/no/section.c"));
	assert_null(subsystems_of(&subsystems, "xx/(((/a.c"));
	assert_null(subsystems_of(&subsystems, ""));
	subsystems_fini(&subsystems);
	assert_int_equal(subsystems_parse("", 0, &subsystems), 0);
	assert_null(subsystems_of(&subsystems, "mm/a.c"));
	subsystems_fini(&subsystems);
}

static void without_memory_there_are_none(void **state)
{
	struct subsystems subsystems;
	size_t nth = 0;
	int err;

	(void)state;
	do {
		alloc_fail_at(++nth);
		err = subsystems_parse(text, strlen(text), &subsystems);
		if (err)
			assert_int_equal(err, -ENOMEM);
		else
			subsystems_fini(&subsystems);
		assert_int_equal(alloc_live(), 0);
	} while (alloc_failed());
	assert_int_equal(err, 0);
	assert_true(nth > 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brackets_are_not_spelled_out),
		cmocka_unit_test(directories_have_all_that_is_below),
		cmocka_unit_test(wildcards_end_at_slashes),
		cmocka_unit_test(the_pattern_that_says_most_counts),
		cmocka_unit_test(what_is_excluded_is_left_to_others),
		cmocka_unit_test(a_file_that_no_section_means_has_none),
		cmocka_unit_test(without_memory_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
