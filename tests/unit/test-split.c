// SPDX-License-Identifier: MIT
/* Split DWARF of a module, which tests/cli/test-split cannot open by itself, and made by hand. */
#include "fixture.h"

#include "alloc.h"
#include "dwarf/opened-files.h"
#include "dwarf/split-die.h"
#include "dwarf/split-unit.h"
#include "index/flatten.h"

#include <dwarf.h>
#include <pthread.h>

/* The lines matter. */
static const char source[] = "volatile int sink;\n"
			     "static inline __attribute__((always_inline)) int inner(int x)\n"
			     "{\n"
			     "	sink = x;\n"
			     "	return sink * 3;\n"
			     "}\n"
			     "int outer(int x)\n"
			     "{\n"
			     "	for (int i = 0; i < x; i++)\n"
			     "		sink += inner(i);\n"
			     "	return inner(x);\n"
			     "}\n"
			     "__attribute__((section(\".init.text\"))) int start(void)\n"
			     "{\n"
			     "	return inner(2);\n"
			     "}\n";

static struct kcov_image *open_module(const char *flags)
{
	struct kcov_image *image = NULL;

	fixture_write("module.c", source);
	assert_int_equal(fixture_sh("%s -O2 -fno-pic %s -c module.c && ld -r -o module.ko module.o",
				    fixture_compiler(), flags),
			 0);
	assert_int_equal(kcov_image_open_module("module.ko", NULL, &image), 0);
	assert_int_equal(kcov_image_read_symbols(image, NULL), 0);
	return image;
}

static struct kcov_flat flat_of(const char *flags)
{
	struct kcov_image *image = open_module(flags);
	struct kcov_flat flat;

	assert_int_equal(kcov_flatten(image, NULL, &flat), 0);
	kcov_image_close(image);
	return flat;
}

static void assert_same(const char *flags, const char *split_flags)
{
	struct kcov_flat whole = flat_of(flags), split = flat_of(split_flags);

	assert_int_equal(split.damaged.n, 0);
	assert_true(whole.scopes.n > 2);
	assert_int_equal(split.scopes.n, whole.scopes.n);
	assert_int_equal(split.spans.n, whole.spans.n);
	for (size_t i = 0; i < whole.scopes.n; i++) {
		assert_string_equal((const char *)whole.strings.at + whole.scopes.at[i].name,
				    (const char *)split.strings.at + split.scopes.at[i].name);
		assert_int_equal(whole.scopes.at[i].parent, split.scopes.at[i].parent);
		assert_int_equal(whole.scopes.at[i].call_line, split.scopes.at[i].call_line);
	}
	for (size_t i = 0; i < whole.spans.n; i++) {
		assert_int_equal(whole.spans.at[i].low, split.spans.at[i].low);
		assert_int_equal(whole.spans.at[i].scope, split.spans.at[i].scope);
		assert_int_equal(whole.spans.at[i].line, split.spans.at[i].line);
	}
	kcov_flat_fini(&whole);
	kcov_flat_fini(&split);
}

static void a_module_of_dwarf_4_says_the_same_split(void **state)
{
	(void)state;
	assert_same("-gdwarf-4", "-gdwarf-4 -gsplit-dwarf");
}

static void a_module_of_dwarf_5_says_the_same_split(void **state)
{
	(void)state;
	assert_same("-gdwarf-5", "-gdwarf-5 -gsplit-dwarf");
}

/* Also where the other half is searched, inflated, damaged, and not found. */
static void without_memory_it_is_enomem(void **state)
{
	static const char *const then[] = {
		"objcopy --dump-section .debug_str_offsets.dwo=offsets module.dwo && "
		"tr '\\0-\\377' '\\377' <offsets >none && "
		"objcopy --update-section .debug_str_offsets.dwo=none module.dwo",
		"rm -f module.dwo",
		"true",
	};
	struct kcov_image *image = open_module("-gdwarf-5 -gsplit-dwarf");
	size_t nth = 0, failures = 0;
	const size_t live = alloc_live();
	bool failed;

	(void)state;
	assert_int_equal(fixture_sh("objcopy --compress-debug-sections=zlib module.dwo && "
				    "readelf -SW module.dwo | grep -q ' CE '"),
			 0);
	for (size_t i = 0; i < sizeof(then) / sizeof(*then); i++) {
		do {
			struct kcov_flat flat = {};
			int rc;

			alloc_fail_at(++nth);
			rc = kcov_flatten(image, NULL, &flat);
			failed = alloc_failed();
			assert_true(rc == 0 || (rc == -ENOMEM && failed));
			failures += rc != 0;
			assert_true(rc != 0 || flat.damaged.n == (i > 0));
			kcov_flat_fini(&flat);
			assert_int_equal(alloc_live(), live);
		} while (failed);
		assert_int_equal(fixture_sh("%s", then[i]), 0);
		nth = 0;
	}
	assert_true(failures > 20);
	kcov_image_close(image);
}

/*
 * A .dwo file of units that have one table of abbreviations, as those compiled at one go have. The
 * id of each is its number, from 1 on.
 */
static void make_units(int n)
{
	static const char top[] = "	.section .debug_abbrev.dwo,\"e\",%progbits\n"
				  /* A unit with DW_AT_GNU_dwo_id, of 8 bytes. */
				  "	.byte 1, 0x11, 0, 0xb1, 0x42, 7, 0, 0, 0\n"
				  "	.section .debug_info.dwo,\"e\",%progbits\n"
				  "	.set id, 1\n";

	fixture_write("top.s", top);
	assert_int_equal(fixture_sh("{ cat top.s && echo ' .rept %d' && "
				    "echo ' .long 16; .short 4; .long 0; .byte 8, 1; .quad id' && "
				    "echo ' .set id, id + 1' && echo ' .endr'; } >units.s && "
				    "as -o units.dwo units.s",
				    n),
			 0);
}

static void the_last_of_many_units_is_found(void **state)
{
	struct kcov_skeleton skeleton = { .name = "units.dwo", .id = 40 };
	struct kcov_split_file file = {};
	struct kcov_split_unit unit = {};
	const char *cause = "";

	(void)state;
	make_units(40);
	assert_int_equal(kcov_split_file_open("units.dwo", &cause, &file), 0);
	assert_int_equal(kcov_split_unit_find(&file, &skeleton, &cause, &unit), 0);
	assert_int_equal(unit.offset, 39 * 20);
	kcov_split_file_close(&file);
}

static void *open_units(void *files)
{
	const struct kcov_split_file *file;
	const char *cause, *path;

	return kcov_opened_files_get(files, "units.dwo", &cause, &path, &file) == 0
		       ? (void *)(uintptr_t)file
		       : NULL;
}

static void threads_share_a_file(void **state)
{
	struct kcov_opened_files files;
	pthread_t threads[8];
	void *first = NULL;

	(void)state;
	make_units(40);
	kcov_opened_files_init(&files);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, open_units, &files), 0);
	for (size_t i = 0; i < 8; i++) {
		void *file;

		assert_int_equal(pthread_join(threads[i], &file), 0);
		assert_non_null(file);
		assert_true(!first || file == first);
		first = file;
	}
	kcov_opened_files_fini(&files);
}

static void a_file_of_many_units_is_listed_once(void **state)
{
	struct kcov_flat flat = {};
	const struct kcov_other_file files[] = { { "b", 7 }, { "a", 0 }, { "b", 7 }, { "a", 0 } };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(kcov_flat_add_other(&flat, &files[i]), 0);
	kcov_flat_unique_others(&flat);
	assert_int_equal(flat.others.n, 2);
	kcov_flat_fini(&flat);
}

/* Entries of a list that are no ranges take time, too. */
static void bases_of_ranges_count_as_ranges(void **state)
{
	static uint8_t list[1 << 22];
	static const uint8_t address[8];
	struct kcov_split_unit unit = { .version = 5, .addresses = { address, sizeof(address) } };
	struct kcov_split_die die = { .ranges = { .form = DW_FORM_sec_offset } };
	struct kcov_sections text = {};
	struct kcov_ranges ranges = {};
	const char *cause = "";
	int n = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(list) - 2; i += 2)
		list[i] = DW_RLE_base_addressx;
	unit.sections.range_lists = (struct kcov_dwarf_section){ list, sizeof(list) };
	while (n < 8 && kcov_split_die_add_ranges(&unit, &die, &text, 0, &cause, &ranges) == 0)
		n++;
	assert_int_equal(n, 4);
	assert_string_equal(cause, "too many address ranges");
	kcov_ranges_fini(&ranges);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_module_of_dwarf_4_says_the_same_split),
		cmocka_unit_test(a_module_of_dwarf_5_says_the_same_split),
		cmocka_unit_test(without_memory_it_is_enomem),
		cmocka_unit_test(the_last_of_many_units_is_found),
		cmocka_unit_test(threads_share_a_file),
		cmocka_unit_test(a_file_of_many_units_is_listed_once),
		cmocka_unit_test(bases_of_ranges_count_as_ranges),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
