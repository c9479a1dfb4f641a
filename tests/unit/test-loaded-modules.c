// SPDX-License-Identifier: MIT
/* Modules that are loaded, and PCs in them. */
#include "module-fixture.h"

#include "alloc.h"

#include <elf.h>
#include <errno.h>

static void all_sections_of_text_have_lines(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	assert_lines();

	symbolizer = open_kernel("out");
	assert_line(symbolizer, UNLIKELY, "unlikely", 9);
	assert_line(symbolizer, INIT, "init", 10);
	/* Past the end of a section, before all of them, in data. */
	assert_null(look_up(symbolizer, TEXT + 0x8000 - OFFSET).image);
	assert_null(look_up(symbolizer, INIT - 1 - OFFSET).image);
	assert_null(look_up(symbolizer, 0xffffffffc0220000u - OFFSET).image);
	assert_symbol(symbolizer, VFAT, "vfat_lookup");
	kcov_symbolizer_close(symbolizer);
}

static void lines_are_the_same_without_an_image_of_the_kernel(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel(NULL);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	kcov_symbolizer_close(symbolizer);
}

/* What the kernel freed when vfat was initialised, it gave to snd_test. */
static void initialised_sections_do_not_answer_for_others(void **state)
{
	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	compile_module("lib/modules/6.12.0/kernel/vfat.ko", OTHER_ID, "-g");
	fixture_write("lib/modules/6.12.0/modules.dep",
		      "kernel/sound/snd-test.ko:\nkernel/vfat.ko:\n");
	load_section("vfat", ".init.text", TEXT + 8);
	assert_lines();
}

/* The same of a module of which no file is to be found. */
static void initialised_sections_do_not_answer_for_what_has_no_file(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	load_section("snd_test", ".init.text", VFAT);
	symbolizer = open_kernel("out");
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_symbol(symbolizer, VFAT, "vfat_lookup");
	kcov_symbolizer_close(symbolizer);
	/* And 16 bytes into it. */
	load_section("snd_test", ".init.text", VFAT + 16);
	symbolizer = open_kernel("out");
	assert_symbol(symbolizer, VFAT + 16, "vfat_lookup");
	kcov_symbolizer_close(symbolizer);
}

/* Memory of .init is used again and again: whoever was loaded last was the last there. */
static void of_sections_at_one_place_the_last_answers(void **state)
{
	static const char *const orders[] = {
		"snd_test 16384 0 - Live 0xffffffffc0200000\n"
		"vfat 4096 0 - Live 0xffffffffc0300000\n",
		"vfat 4096 0 - Live 0xffffffffc0300000\n"
		"snd_test 16384 0 - Live 0xffffffffc0200000\n",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kcov_symbolizer *symbolizer;

		load_module();
		fixture_write("proc/modules", orders[i]);
		compile_module(IN_TREE, MODULE_ID, "-g");
		compile_module("lib/modules/6.12.0/kernel/vfat.ko", OTHER_ID, "-g");
		fixture_write("lib/modules/6.12.0/modules.dep",
			      "kernel/sound/snd-test.ko:\nkernel/vfat.ko:\n");
		load_section("vfat", ".init.text", INIT);
		/* Data that came to lie behind. */
		load_section("vfat", ".init.data", INIT + 8);
		symbolizer = open_kernel("out");
		assert_string_equal(look_up(symbolizer, INIT + 9 - OFFSET).image,
				    i ? "vfat" : "snd_test");
		assert_string_equal(look_up(symbolizer, INIT + 9 - OFFSET).symbol, "init");
		kcov_symbolizer_close(symbolizer);
	}
}

static void modules_are_found_as_distributions_have_them(void **state)
{
	static const char *const paths[] = {
		IN_TREE,
		"usr/lib/debug/" IN_TREE,
		"usr/lib/debug/" IN_TREE ".debug",
		"usr/lib/debug/usr/" IN_TREE,
		"usr/lib/debug/usr/" IN_TREE ".debug",
		"lib/modules/6.12.0/build/sound/snd-test.ko",
		"usr/lib/debug/.build-id/fe/dcba9876543210fedcba9876543210fedcba98.debug",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		load_module();
		compile_module("built.ko", MODULE_ID, "-g");
		/* As installed, without DWARF. */
		assert_int_equal(fixture_sh("mkdir -p \"$(dirname " IN_TREE ")\" && "
					    "strip --strip-debug -o " IN_TREE " built.ko"),
				 0);
		assert_int_equal(fixture_sh("mkdir -p \"$(dirname %s)\" && mv built.ko %s",
					    paths[i], paths[i]),
				 0);
		assert_lines();
	}
}

/* Let modules.dep have the module under that suffix. */
#define LIST_AS(suffix)                                                                            \
	"sed -i s/snd-test.ko:/snd-test.ko" suffix ":/ lib/modules/6.12.0/modules.dep"

static void packed_and_separate_debug_files_do(void **state)
{
	/* Each is run once the module is there. */
	static const char *const commands[] = {
		"xz " IN_TREE " && " LIST_AS(".xz"),
		"gzip " IN_TREE " && " LIST_AS(".gz"),
		("mkdir -p $(dirname usr/lib/debug/" IN_TREE ") && "
		 "objcopy --only-keep-debug " IN_TREE " usr/lib/debug/" IN_TREE " && "
		 "strip --strip-debug " IN_TREE " && xz " IN_TREE " && " LIST_AS(".xz")),
		"objcopy --compress-debug-sections=zlib " IN_TREE,
		"objcopy --compress-debug-sections=zlib-gnu " IN_TREE,
		"objcopy --compress-debug-sections=zstd " IN_TREE,
		"zstd -q --rm " IN_TREE " && " LIST_AS(".zst"),
		("objcopy --compress-debug-sections=zstd " IN_TREE " && xz " IN_TREE
		 " && " LIST_AS(".xz")),
		("objcopy --compress-debug-sections=zstd " IN_TREE " && zstd -q --rm " IN_TREE
		 " && " LIST_AS(".zst")),
	};

	(void)state;
	if (fixture_sh("command -v zstd >/dev/null") != 0)
		lacks("zstd");
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		load_module();
		compile_module(IN_TREE, MODULE_ID, "-g");
		assert_int_equal(fixture_sh("%s", commands[i]), 0);
		assert_lines();
	}
}

/* They lie in sections of their own, which have the name of the others'. */
static void type_units_do(void **state)
{
	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-gdwarf-5 -fdebug-types-section");
	/* clang makes them of C++ only. */
	if (fixture_sh("test \"$(readelf -SW %s | grep -c ' \\.debug_info ')\" -gt 1", IN_TREE))
		skip_because("the compiler makes no type units");
	assert_lines();
}

static void dwarf_4_does(void **state)
{
	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-gdwarf-4");
	assert_lines();
}

static void files_of_no_use_leave_the_symbols(void **state)
{
	static const struct {
		const char *id;
		const char *flags;
		const char *command;
	} files[] = {
		{ OTHER_ID, "-g", "true" },
		{ MODULE_ID, "-g0", "true" },
		{ MODULE_ID, "-g", "truncate -s 1000 " IN_TREE },
		{ MODULE_ID, "-g", "echo nothing >" IN_TREE },
		{ MODULE_ID, "-g", "rm sys/module/snd_test/notes/.note.gnu.build-id" },
		{ MODULE_ID, "-g", "rm -r sys/module" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct kcov_symbolizer *symbolizer;

		load_module();
		compile_module(IN_TREE, files[i].id, files[i].flags);
		assert_int_equal(fixture_sh("%s", files[i].command), 0);
		symbolizer = open_kernel("out");
		assert_symbol(symbolizer, TEXT + 16, "second");
		kcov_symbolizer_close(symbolizer);
	}
}

static void a_module_that_is_given_answers(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module("anywhere/snd-test.ko", MODULE_ID, "-g");
	compile_module("anywhere/not-loaded.ko", "aa", "-g");
	symbolizer = open_kernel("out");
	/* What was looked up before makes no difference. */
	assert_symbol(symbolizer, TEXT + 16, "second");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "anywhere/snd-test.ko", NULL), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "anywhere/not-loaded.ko", NULL), 0);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_line(symbolizer, INIT, "init", 10);
	kcov_symbolizer_close(symbolizer);
}

static void assert_add_fails(const char *path, int expected, const char *cause)
{
	struct kcov_symbolizer *symbolizer = open_kernel("out");
	struct kcov_symbolize_error *error = NULL;

	assert_int_equal(kcov_symbolizer_add_module(symbolizer, path, &error), expected);
	if (!strstr(kcov_symbolize_error_message(error), cause) ||
	    !strstr(kcov_symbolize_error_message(error), path))
		fail_msg("not \"%s\": %s", cause, kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, path, NULL), expected);
	kcov_symbolizer_close(symbolizer);
}

static void a_module_that_is_of_no_use_is_refused(void **state)
{
	Elf64_Shdr many;

	(void)state;
	load_module();
	assert_add_fails("nowhere.ko", -ENOENT, "No such file");
	assert_add_fails("sys", -EISDIR, "Is a directory");
	assert_add_fails("out", -EINVAL, "not a module");
	fixture_write("text.ko", "nothing of the kind");
	assert_add_fails("text.ko", -EINVAL, "cannot be read as a module: not an ELF file");
	fixture_write("empty.ko", "");
	assert_add_fails("empty.ko", -EINVAL, "not an ELF file: it is empty");
	/* The first section says that there are more than there is room for. */
	compile_module("headless.ko", MODULE_ID, "-g");
	fixture_patch("headless.ko", offsetof(Elf64_Ehdr, e_shnum), "\0\0\0", 4);
	fixture_patch("headless.ko", offsetof(Elf64_Ehdr, e_shoff), "\x40\0\0\0\0\0\0\0", 8);
	memset(&many, 0xff, sizeof(many));
	fixture_patch("headless.ko", sizeof(Elf64_Ehdr), &many, sizeof(many));
	assert_add_fails("headless.ko", -EINVAL, "");
	compile_module("version.ko", MODULE_ID, "-g");
	fixture_patch("version.ko", EI_VERSION, "\x7f", 1);
	assert_add_fails("version.ko", -EINVAL, "cannot be read as a module: ");
	fixture_write("cut.ko.zst", "\x28\xb5\x2f\xfd");
	assert_add_fails("cut.ko.zst", -EINVAL, "cannot be read as a module: it is cut off");
	compile_module("stripped.ko", MODULE_ID, "-g0");
	assert_add_fails("stripped.ko", -ENODATA, "no DWARF in it");
	compile_module("snd_test.ko", OTHER_ID, "-g");
	assert_add_fails("snd_test.ko", -ESTALE, "the module snd_test that is loaded");
	assert_int_equal(fixture_sh("objcopy --remove-section .note.gnu.build-id snd_test.ko"), 0);
	assert_add_fails("snd_test.ko", -ENODATA, "no build-id");
	assert_int_equal(fixture_sh("rm sys/module/snd_test/notes/.note.gnu.build-id"), 0);
	compile_module("snd_test.ko", MODULE_ID, "-g");
	assert_add_fails("snd_test.ko", -ENODATA, "that is loaded shows no build-id");
	compile_module("cut.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("truncate -s 1000 cut.ko"), 0);
	assert_add_fails("cut.ko", -EINVAL, "cut.ko");
}

static void a_module_that_may_not_be_read_is_eacces(void **state)
{
	(void)state;
	load_module();
	if (geteuid() == 0)
		skip_because("root may read everything");
	compile_module("secret.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("chmod 0 secret.ko"), 0);
	assert_add_fails("secret.ko", -EACCES, "Permission denied");
}

/* The abbreviations of its unit are gone. */
static void of_a_module_with_damaged_dwarf_symbols_are_left(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_unanswered one;

	(void)state;
	load_module();
	compile_module("damaged.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("head -c 4096 /dev/zero >zeros && "
				    "objcopy --update-section .debug_abbrev=zeros damaged.ko"),
			 0);
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "damaged.ko", NULL), 0);
	assert_symbol(symbolizer, TEXT + 16, "second");
	assert_int_equal(kcov_symbolizer_unanswered(symbolizer, &one, 1), 1);
	assert_string_equal(one.image, "damaged.ko");
	kcov_symbolizer_close(symbolizer);
}

static void a_module_that_is_too_large_is_efbig(void **state)
{
	(void)state;
	load_module();
	fixture_write("large.s", ".section .large, \"ax\", @nobits\n.skip 0x140000000\n"
				 ".section .note.GNU-stack, \"\", @progbits\n");
	compile_module("module.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("%s -c -o large.o large.s && "
				    "ld -r --build-id=0x" MODULE_ID
				    " -o large.ko module.ko large.o",
				    fixture_compiler()),
			 0);
	assert_add_fails("large.ko", -EFBIG, "more than 4 GB");
}

/* Nobody says where it lies, and its name is all that it is known by. */
static void an_image_by_itself_takes_modules_by_name(void **state)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module("snd-test.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("cp snd-test.ko module"), 0);
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "snd-test.ko", NULL), 0);
	assert_null(look_up(symbolizer, TEXT - OFFSET).image);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "module", &error), -EINVAL);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "module: its name"));
	kcov_symbolize_error_free(error);
	kcov_symbolizer_close(symbolizer);
}

/* One allocation after the other fails, until nothing does. */
static void modules_without_memory_are_enomem(void **state)
{
	const uint64_t address = TEXT + 16 - OFFSET;
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	compile_module("given.ko", "aa", "-g");
	do {
		struct kcov_symbolizer *symbolizer = open_kernel("out");
		struct kcov_location location = { 0 };
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_symbolizer_add_module(symbolizer, "given.ko", NULL);
		if (rc == 0)
			rc = kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location);
		failed = alloc_failed();
		/* A block that cannot be made smaller does as it is. */
		assert_true(rc == 0 || (rc == -ENOMEM && failed));
		/* It was not their last word. */
		if (rc == 0)
			assert_line(symbolizer, TEXT + 16, "second", 8);
		assert_int_equal(kcov_symbolizer_add_module(symbolizer, "given.ko", NULL), 0);
		assert_line(symbolizer, TEXT + 16, "second", 8);
		failures += rc != 0;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 30);
}

/* All of them, so many at a time. */
static size_t read_points(struct kcov_symbolizer *symbolizer, size_t at_a_time, uint64_t ret[64])
{
	uint64_t from = 0;
	size_t n = 0;
	int more;

	do {
		more = kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, from, ret + n,
					      at_a_time);
		assert_in_range(more, 0, at_a_time);
		n += (size_t)more;
		assert_in_range(n, 0, 64 - at_a_time);
		from = n ? ret[n - 1] + 1 : 0;
	} while (more == (int)at_a_time);
	return n;
}

static void points_are_where_the_module_lies(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t points[64], again[64];
	unsigned int sections = 0;
	size_t n;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	symbolizer = open_kernel("out");
	n = read_points(symbolizer, 32, points);
	/* There is one in each function at least. */
	assert_true(n >= 4);
	for (size_t i = 0; i < n; i++) {
		const uint64_t pc = points[i] + OFFSET;
		struct kcov_location location = look_up(symbolizer, points[i] - 1);

		assert_true(!i || points[i] > points[i - 1]);
		assert_string_equal(location.image, "snd_test");
		assert_int_equal(kcov_location_point(&location), KCOV_POINT_PC);
		sections |= pc > UNLIKELY ? 4u : pc > TEXT ? 2u : pc > INIT ? 1u : 8u;
	}
	/* Those that were freed, too. */
	assert_int_equal(sections, 7);
	assert_int_equal(read_points(symbolizer, 1, again), n);
	assert_memory_equal(points, again, n * sizeof(*points));
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_CMP, 0, again, 1), 0);
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, UINT64_MAX, again, 1),
		0);
	kcov_symbolizer_close(symbolizer);
}

static void points_of_what_is_not_known_are_not_known(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;
	uint64_t point = 42;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_points(symbolizer, "sound", KCOV_POINT_PC, 0, &point, 1),
			 -ENOENT);
	assert_int_equal(kcov_symbolizer_points(symbolizer, "vfat", KCOV_POINT_PC, 0, &point, 1),
			 -ENODATA);
	assert_int_equal(kcov_symbolizer_points(symbolizer, "vmlinux", KCOV_POINT_PC, 0, &point, 1),
			 0);
	kcov_symbolizer_close(symbolizer);

	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, &point, 1),
		-ENOENT);
	kcov_symbolizer_close(symbolizer);

	/* Only root may know where its sections lie. */
	assert_int_equal(fixture_sh("rm -r sys/module/snd_test/sections"), 0);
	symbolizer = open_kernel("out");
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, &point, 1),
		-ENODATA);
	kcov_symbolizer_close(symbolizer);

	/* Nobody may know where it lies. */
	fixture_write("proc/kallsyms", "0000000000000000 T _text\n");
	symbolizer = open_kernel("out");
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, &point, 1),
		-ENODATA);
	assert_int_equal(point, 42);
	kcov_symbolizer_close(symbolizer);
}

static void points_without_memory_are_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	do {
		struct kcov_symbolizer *symbolizer = open_kernel("out");
		uint64_t point;
		int n;

		alloc_fail_at(++nth);
		n = kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, &point, 1);
		failed = alloc_failed();
		assert_true(n == 1 || (n == -ENOMEM && failed));
		failures += n != 1;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 3);
}

static void what_a_module_shows_of_its_build(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	do {
		int build;

		symbolizer = open_kernel("out");
		alloc_fail_at(++nth);
		build = kcov_symbolizer_build(symbolizer, "snd_test");
		failed = alloc_failed();
		if (build < 0)
			assert_true(build == -ENOMEM && failed);
		else
			assert_true(build & KCOV_BUILD_SYMBOLS && build & KCOV_BUILD_PC_CALLBACKS &&
				    build & (KCOV_BUILD_GCC | KCOV_BUILD_CLANG));
		failures += build < 0;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 3);

	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_build(symbolizer, "vfat"), -ENODATA);
	assert_int_equal(kcov_symbolizer_build(symbolizer, "sound"), -ENOENT);
	assert_int_equal(kcov_symbolizer_build(symbolizer, "vmlinux"),
			 kcov_symbolizer_build(symbolizer, NULL));
	kcov_symbolizer_close(symbolizer);
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_build(symbolizer, "snd_test"), -ENOENT);
	kcov_symbolizer_close(symbolizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_sections_of_text_have_lines),
		cmocka_unit_test(lines_are_the_same_without_an_image_of_the_kernel),
		cmocka_unit_test(initialised_sections_do_not_answer_for_others),
		cmocka_unit_test(initialised_sections_do_not_answer_for_what_has_no_file),
		cmocka_unit_test(of_sections_at_one_place_the_last_answers),
		cmocka_unit_test(modules_are_found_as_distributions_have_them),
		cmocka_unit_test(packed_and_separate_debug_files_do),
		cmocka_unit_test(type_units_do),
		cmocka_unit_test(dwarf_4_does),
		cmocka_unit_test(files_of_no_use_leave_the_symbols),
		cmocka_unit_test(a_module_that_is_given_answers),
		cmocka_unit_test(a_module_that_is_of_no_use_is_refused),
		cmocka_unit_test(a_module_that_may_not_be_read_is_eacces),
		cmocka_unit_test(of_a_module_with_damaged_dwarf_symbols_are_left),
		cmocka_unit_test(a_module_that_is_too_large_is_efbig),
		cmocka_unit_test(an_image_by_itself_takes_modules_by_name),
		cmocka_unit_test(modules_without_memory_are_enomem),
		cmocka_unit_test(points_are_where_the_module_lies),
		cmocka_unit_test(points_of_what_is_not_known_are_not_known),
		cmocka_unit_test(points_without_memory_are_enomem),
		cmocka_unit_test(what_a_module_shows_of_its_build),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
