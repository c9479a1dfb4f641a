// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "base/error.h"
#include "image/image.h"

#include <elf.h>
#include <errno.h>

/* Opens "out", which must fail, and says why. */
static void assert_refused(int expected, const char *cause)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_image *image = NULL;
	const char *message;

	assert_int_equal(kcov_image_open("out", &error, &image), expected);
	assert_null(image);
	message = kcov_symbolize_error_message(error);
	assert_int_equal(strncmp(message, "out: ", 5), 0);
	if (!strstr(message, cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, message);
	kcov_symbolize_error_free(error);
}

static struct kcov_image *open_out(void)
{
	struct kcov_image *image = NULL;

	assert_int_equal(kcov_image_open("out", NULL, &image), 0);
	assert_int_equal(kcov_image_read_symbols(image, NULL), 0);
	return image;
}

static void link_source(const char *flags, const char *source)
{
	char *arguments;

	fixture_write("source.c", source);
	assert_true(asprintf(&arguments, "%s source.c", flags) >= 0);
	fixture_link(arguments);
	free(arguments);
}

static void build_id_is_read_from_the_notes(void **state)
{
	char hex[KCOV_BUILD_ID_HEX_SIZE];
	struct kcov_image *image;

	(void)state;
	link_source("-g", "int f(void) { return 1; }");

	image = open_out();

	assert_string_equal(kcov_build_id_format(&image->build_id, hex), FIXTURE_BUILD_ID);
	assert_true(image->has_dwarf);
	kcov_image_close(image);
}

static void image_without_build_id_and_dwarf_opens(void **state)
{
	struct kcov_image *image;

	(void)state;
	link_source("-Wl,--build-id=none -s", "int f(void) { return 1; }");

	image = open_out();

	assert_int_equal(image->build_id.n, 0);
	assert_false(image->has_dwarf);
	assert_int_equal(image->symtab.n, 0);
	kcov_image_close(image);
}

static void offsets_count_from_text_symbol(void **state)
{
	struct kcov_image *image;
	const struct kcov_symbol *f;

	(void)state;
	fixture_write("start.s", ".text\n.skip 64\n.globl _text\n_text:\n.skip 16\n");
	link_source("start.s", "int f(void) { return 1; }");

	image = open_out();

	f = kcov_symtab_find_name(&image->symtab, "_text");
	assert_int_equal(image->start, f->address);
	assert_true(image->start > image->text.ranges.at[0].low);
	kcov_image_close(image);
}

static void text_is_the_executable_sections(void **state)
{
	struct kcov_image *image;
	const struct kcov_symbol *f;

	(void)state;
	link_source("", "int data = 1;\n"
			"__attribute__((section(\"other\"))) int f(void) { return data; }\n");

	image = open_out();

	f = kcov_symtab_find_name(&image->symtab, "f");
	assert_true(kcov_image_is_text(image, f->address));
	assert_null(kcov_symtab_find_name(&image->symtab, "data"));
	assert_false(kcov_image_is_text(image, 0));
	assert_false(kcov_image_is_text(image, UINT64_MAX));
	kcov_image_close(image);
}

/* Symbols, written out: the same on every machine. */
static const char symbols_source[] =
	".text\n"
	".skip 16\n"
	".type sized, %function\n"
	"sized: .skip 16\n"
	".size sized, 16\n"
	".skip 16\n"
	"bare: .skip 16\n"
	".globl global_alias\n.type global_alias, %function\n"
	".weak weak_alias\n.type weak_alias, %function\n"
	".type local_alias, %function\n"
	"label:\n"
	"local_alias:\nweak_alias:\nglobal_alias:\n"
	".skip 16\n"
	".size local_alias, 16\n.size weak_alias, 16\n.size global_alias, 16\n"
	"last: .skip 16\n";

static const char *name_at(const struct kcov_image *image, uint64_t offset)
{
	const struct kcov_symtab *symtab = &image->symtab;
	uint64_t i = kcov_steps_find(&symtab->by_address, image->text.ranges.at[0].low + offset);

	return i == KCOV_STEP_NONE ? "" : symtab->symbols[i].name;
}

static void symbols_are_found_by_address(void **state)
{
	struct kcov_image *image;

	(void)state;
	fixture_write("symbols.s", symbols_source);
	fixture_link("symbols.s");

	image = open_out();

	assert_string_equal(name_at(image, 15), "");
	assert_string_equal(name_at(image, 16), "sized");
	assert_string_equal(name_at(image, 31), "sized");
	assert_string_equal(name_at(image, 32), "");
	kcov_image_close(image);
}

static void symbols_without_a_size_go_on_to_the_next(void **state)
{
	struct kcov_image *image;

	(void)state;
	fixture_write("symbols.s", symbols_source);
	fixture_link("symbols.s");

	image = open_out();

	assert_string_equal(name_at(image, 48), "bare");
	assert_string_equal(name_at(image, 63), "bare");
	assert_string_equal(name_at(image, 80), "last");
	assert_string_equal(name_at(image, 95), "last");
	assert_string_equal(name_at(image, 96), "");
	kcov_image_close(image);
}

static void global_functions_name_an_address_before_others(void **state)
{
	struct kcov_image *image;

	(void)state;
	fixture_write("symbols.s", symbols_source);
	fixture_link("symbols.s");

	image = open_out();

	assert_string_equal(name_at(image, 64), "global_alias");
	kcov_image_close(image);
}

static void what_is_no_elf_file_is_refused(void **state)
{
	(void)state;
	fixture_write("out", "#!/bin/sh\necho this is long enough to have had an ELF header\n");
	assert_refused(-EINVAL, "not an ELF file");

	fixture_write("out", "");
	assert_refused(-EINVAL, "not an ELF file");
}

static void what_cannot_be_opened_is_refused(void **state)
{
	(void)state;
	assert_int_equal(fixture_sh("rm -rf out"), 0);
	assert_refused(-ENOENT, "No such file");

	assert_int_equal(fixture_sh("mkdir out"), 0);
	assert_refused(-EISDIR, "Is a directory");

	assert_int_equal(fixture_sh("rmdir out && mkfifo out"), 0);
	assert_refused(-EINVAL, "not a regular file");
	assert_int_equal(fixture_sh("rm out"), 0);
}

static void other_machines_are_refused(void **state)
{
	const uint16_t s390 = EM_S390, unknown = 0x7777;

	(void)state;
	link_source("", "int f(void) { return 1; }");

	fixture_patch("out", offsetof(Elf64_Ehdr, e_machine), &s390, sizeof(s390));
	assert_refused(-EINVAL, "for s390");
	fixture_patch("out", offsetof(Elf64_Ehdr, e_machine), &unknown, sizeof(unknown));
	assert_refused(-EINVAL, "for another machine");
}

/* As a kernel's image, and as a module: it is said what it is, and in the same words. */
static void other_orders_and_sizes_are_refused_as_what_they_are(void **state)
{
	static const char *const targets[][2] = {
		{ "aarch64_be-linux-gnu", "for AArch64, big-endian: only 64-bit, little-endian" },
		{ "x86_64-linux-gnux32", "for x86-64, 32-bit: only 64-bit, little-endian" },
		{ "i386-linux-gnu", "for x86, 32-bit: only" },
		{ "armeb-linux-gnueabi", "for Arm, 32-bit, big-endian: only" },
	};

	(void)state;
	if (fixture_sh("command -v clang >/dev/null") != 0)
		lacks("clang");
	fixture_write("source.c", "int f(void) { return 1; }");
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		struct kcov_symbolize_error *error = NULL;
		struct kcov_image *image = NULL;

		assert_int_equal(fixture_sh("clang --target=%s -c -o out source.c", targets[i][0]),
				 0);
		assert_refused(-EINVAL, targets[i][1]);
		assert_int_equal(kcov_image_open_module("out", &error, &image), -EINVAL);
		assert_non_null(strstr(kcov_symbolize_error_message(error), targets[i][1]));
		kcov_symbolize_error_free(error);
	}
}

static void object_files_are_refused(void **state)
{
	(void)state;
	link_source("-r", "int f(void) { return 1; }");
	assert_refused(-EINVAL, "not linked");
}

static void files_cut_off_are_refused(void **state)
{
	(void)state;
	link_source("-g", "int f(void) { return 1; }");
	assert_int_equal(fixture_sh("truncate -s -100 out"), 0);
	assert_refused(-EINVAL, "cut off: section headers lie past the end");

	assert_int_equal(fixture_sh("truncate -s 100 out"), 0);
	assert_refused(-EINVAL, "cut off: section headers lie past the end");

	assert_int_equal(fixture_sh("truncate -s 40 out"), 0);
	assert_refused(-EINVAL, "cut off");
}

static void sections_past_the_end_are_refused(void **state)
{
	const uint64_t far = 1 << 30;
	struct kcov_image *image;
	uint64_t headers;
	Elf64_Ehdr *header;

	(void)state;
	link_source("-g", "int f(void) { return 1; }");
	image = open_out();
	header = elf64_getehdr(image->elf);
	headers = header->e_shoff;
	kcov_image_close(image);

	fixture_patch("out", (long)(headers + sizeof(Elf64_Shdr) + offsetof(Elf64_Shdr, sh_size)),
		      &far, sizeof(far));

	assert_refused(-EINVAL, "lies past the end");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(build_id_is_read_from_the_notes),
		cmocka_unit_test(image_without_build_id_and_dwarf_opens),
		cmocka_unit_test(offsets_count_from_text_symbol),
		cmocka_unit_test(text_is_the_executable_sections),
		cmocka_unit_test(symbols_are_found_by_address),
		cmocka_unit_test(symbols_without_a_size_go_on_to_the_next),
		cmocka_unit_test(global_functions_name_an_address_before_others),
		cmocka_unit_test(what_is_no_elf_file_is_refused),
		cmocka_unit_test(what_cannot_be_opened_is_refused),
		cmocka_unit_test(other_machines_are_refused),
		cmocka_unit_test(other_orders_and_sizes_are_refused_as_what_they_are),
		cmocka_unit_test(object_files_are_refused),
		cmocka_unit_test(files_cut_off_are_refused),
		cmocka_unit_test(sections_past_the_end_are_refused),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
