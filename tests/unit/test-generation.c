// SPDX-License-Identifier: MIT
/* Modules that come and go while a symbolizer is open. */
#include "module-fixture.h"

#include "alloc.h"

#include <errno.h>

#define SND_TEST "snd_test 16384 0 - Live 0xffffffffc0200000\n"
#define VFAT_THERE "vfat 4096 0 - Live 0xffffffffc0200000\n"

static void assert_unknown(struct kcov_symbolizer *symbolizer, uint64_t address, bool is_disputed)
{
	const struct kcov_location location = look_up(symbolizer, address - OFFSET);

	assert_null(location.image);
	assert_null(location.symbol);
	assert_int_equal(location.is_disputed, is_disputed);
}

/* No module but those of the machine's own. */
static struct kcov_symbolizer *begin_without(void)
{
	struct kcov_symbolizer *symbolizer;

	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	fixture_write("proc/modules", "");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 1);
	/* Nothing has changed. */
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 1);
	return symbolizer;
}

static struct kcov_symbolizer *begin_with(void)
{
	struct kcov_symbolizer *symbolizer = begin_without();

	fixture_write("proc/modules", SND_TEST);
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 2);
	return symbolizer;
}

static void unload(const char *name)
{
	assert_int_equal(fixture_sh("rm -rf sys/module/%s", name), 0);
	fixture_write("proc/modules", "");
}

static void what_is_loaded_later_is_found(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_without();

	(void)state;
	assert_unknown(symbolizer, TEXT + 16, false);
	fixture_write("proc/modules", SND_TEST);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_line(symbolizer, INIT, "init", 10);
	kcov_symbolizer_close(symbolizer);
}

static void what_was_unloaded_answers_for_what_was_there(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_with();

	(void)state;
	unload("snd_test");
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 3);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_unknown(symbolizer, TEXT + 0x8000, false);
	kcov_symbolizer_close(symbolizer);
}

static void load_vfat_there(void)
{
	write_build_id("sys/module/vfat/notes/.note.gnu.build-id", OTHER_ID);
	load_section("vfat", ".text", TEXT);
	fixture_write("proc/modules", VFAT_THERE);
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0200000 t vfat_lookup\t[vfat]\n");
}

/* Whether that was seen as it happened, or only when an address is looked up. */
static void where_another_came_nobody_answers(void **state)
{
	(void)state;
	for (int is_seen = 0; is_seen < 2; is_seen++) {
		struct kcov_symbolizer *symbolizer = begin_with();

		assert_line(symbolizer, TEXT + 16, "second", 8);
		unload("snd_test");
		load_vfat_there();
		if (is_seen)
			assert_int_equal(kcov_symbolizer_refresh(symbolizer), 3);
		assert_unknown(symbolizer, TEXT + 16, true);
		kcov_symbolizer_close(symbolizer);
	}
}

/* The other way round: of who went only its range is known, as it has no file. */
static void who_may_have_been_there_counts(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_without();

	(void)state;
	load_vfat_there();
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 2);
	unload("vfat");
	write_build_id("sys/module/snd_test/notes/.note.gnu.build-id", MODULE_ID);
	fixture_write("proc/modules", SND_TEST);
	assert_unknown(symbolizer, TEXT + 16, true);
	/* Where it cannot have been. */
	assert_line(symbolizer, UNLIKELY, "unlikely", 9);
	kcov_symbolizer_close(symbolizer);
}

static void the_same_build_at_the_same_place_answers(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_with();

	(void)state;
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_int_equal(fixture_sh("mv sys/module/snd_test sys/module/former"), 0);
	write_build_id("sys/module/snd_test/notes/.note.gnu.build-id", MODULE_ID);
	load_section("snd_test", ".text", TEXT);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	/* Another build is another module, whatever it is called. */
	assert_int_equal(fixture_sh("rm -rf sys/module/former && "
				    "mv sys/module/snd_test sys/module/former"),
			 0);
	write_build_id("sys/module/snd_test/notes/.note.gnu.build-id", OTHER_ID);
	load_section("snd_test", ".text", TEXT);
	assert_unknown(symbolizer, TEXT + 16, true);
	kcov_symbolizer_close(symbolizer);
}

/* While it is being initialised it is longer. */
static void a_module_that_is_being_loaded_is_the_same(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_without();

	(void)state;
	fixture_write("proc/modules", "snd_test 20480 1 - Loading 0xffffffffc0200000\n");
	assert_line(symbolizer, TEXT + 16, "second", 8);
	fixture_write("proc/modules", SND_TEST);
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 3);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	assert_line(symbolizer, TEXT, "first", 7);
	assert_line(symbolizer, INIT, "init", 10);
	kcov_symbolizer_close(symbolizer);
}

/* What a module freed when it was initialised may be another's, if both came meanwhile. */
static void initialised_sections_count_if_they_ran_meanwhile(void **state)
{
	(void)state;
	for (int were_there = 0; were_there < 2; were_there++) {
		struct kcov_symbolizer *symbolizer;

		load_module();
		compile_module(IN_TREE, MODULE_ID, "-g");
		load_section("vfat", ".text", INIT);
		fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
					       "ffffffffc0100000 t vfat_lookup\t[vfat]\n");
		fixture_write("proc/modules", were_there ? SND_TEST : "");
		symbolizer = open_kernel("out");
		assert_int_equal(kcov_symbolizer_refresh(symbolizer), 1);
		fixture_write("proc/modules", SND_TEST "vfat 4096 0 - Live 0xffffffffc0100000\n");
		if (were_there)
			assert_symbol(symbolizer, INIT, "vfat_lookup");
		else
			assert_unknown(symbolizer, INIT, true);
		kcov_symbolizer_close(symbolizer);
	}
}

/* Its symbols reach as far as it is long, but its sections do not. */
static void where_a_known_module_has_nothing_another_is_found(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_without();

	(void)state;
	fixture_write("proc/modules", SND_TEST);
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0200000 t first\t[snd_test]\n");
	assert_unknown(symbolizer, TEXT + 0x3000, false);
	fixture_write("proc/modules", SND_TEST "vfat 4096 0 - Live 0xffffffffc0203000\n");
	write_build_id("sys/module/vfat/notes/.note.gnu.build-id", OTHER_ID);
	load_section("vfat", ".text", TEXT + 0x3000);
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0200000 t first\t[snd_test]\n"
				       "ffffffffc0203000 t vfat_lookup\t[vfat]\n");
	assert_int_equal(kcov_symbolizer_refresh(symbolizer), 3);
	assert_symbol(symbolizer, TEXT + 0x3000, "vfat_lookup");
	assert_line(symbolizer, TEXT + 16, "second", 8);
	kcov_symbolizer_close(symbolizer);
}

static void the_kernel_alone_is_looked_up_without_reading(void **state)
{
	struct kcov_symbolizer *symbolizer = begin_without();
	const uint64_t addresses[] = { LINK_TEXT + 0x21, TEXT + 16 - OFFSET };
	struct kcov_location locations[2];
	struct kcov_symbolizer *alone;

	(void)state;
	fixture_write("proc/modules", SND_TEST);
	alloc_fail_at(1);
	assert_int_equal(kcov_symbolizer_lookup_kernel(symbolizer, addresses, 2, NULL, locations),
			 0);
	assert_false(alloc_failed());
	assert_string_equal(locations[0].image, "vmlinux");
	assert_string_equal(locations[0].symbol, "f");
	assert_null(locations[1].image);
	assert_line(symbolizer, TEXT + 16, "second", 8);
	kcov_symbolizer_close(symbolizer);
	if (strcmp(host.name.machine, "x86_64") != 0)
		return;
	/* By its own symbols, too. */
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\nffffffff84000000 B _end\n");
	alone = open_kernel(NULL);
	assert_int_equal(kcov_symbolizer_lookup_kernel(alone, addresses, 2, NULL, locations), 0);
	assert_string_equal(locations[0].symbol, "_text");
	assert_null(locations[1].image);
	kcov_symbolizer_close(alone);
}

static void without_memory_what_was_known_stays(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	do {
		struct kcov_symbolizer *symbolizer = begin_without();
		int rc;

		fixture_write("proc/modules", SND_TEST);
		alloc_fail_at(++nth);
		rc = kcov_symbolizer_refresh(symbolizer);
		failed = alloc_failed();
		assert_true(rc == 2 || (rc == -ENOMEM && failed));
		failures += rc < 0;
		assert_line(symbolizer, TEXT + 16, "second", 8);
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_loaded_later_is_found),
		cmocka_unit_test(what_was_unloaded_answers_for_what_was_there),
		cmocka_unit_test(where_another_came_nobody_answers),
		cmocka_unit_test(who_may_have_been_there_counts),
		cmocka_unit_test(the_same_build_at_the_same_place_answers),
		cmocka_unit_test(a_module_that_is_being_loaded_is_the_same),
		cmocka_unit_test(initialised_sections_count_if_they_ran_meanwhile),
		cmocka_unit_test(where_a_known_module_has_nothing_another_is_found),
		cmocka_unit_test(the_kernel_alone_is_looked_up_without_reading),
		cmocka_unit_test(without_memory_what_was_known_stays),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
