// SPDX-License-Identifier: MIT
#include "fixture.h"

#include "base/error.h"
#include "base/file.h"
#include "image/compressed.h"
#include "image/image.h"

#include <elf.h>
#include <errno.h>

/* A file as it lies in memory, and its section headers. */
struct loaded {
	uint8_t *at;
	size_t size;
	Elf64_Shdr *sections;
	size_t n;
	const char *names;
};

static void find_sections(struct loaded *file)
{
	const Elf64_Ehdr *header = (void *)file->at;

	file->sections = (void *)(file->at + header->e_shoff);
	file->n = header->e_shnum;
	file->names = (char *)file->at + file->sections[header->e_shstrndx].sh_offset;
}

static struct loaded load(const char *path)
{
	struct loaded file;
	void *map;
	int fd = kcov_file_open(path);

	assert_int_equal(kcov_file_map_private(fd, &map, &file.size), 0);
	kcov_file_close(fd);
	file.at = map;
	find_sections(&file);
	return file;
}

static void unload(const struct loaded *file)
{
	kcov_file_unmap(file->at, file->size);
}

static Elf64_Shdr *section_of(const struct loaded *file, const char *name)
{
	for (size_t i = 0; i < file->n; i++)
		if (strcmp(file->names + file->sections[i].sh_name, name) == 0)
			return &file->sections[i];
	fail_msg("no section %s", name);
	return NULL;
}

/* "out", and as "packed" the same with its DWARF compressed. */
static void make_images(const char *method)
{
	fixture_write("source.c", "int f(int x)\n{\n	return x + 1;\n}\n"
				  "int g(int x)\n{\n	return f(x) * f(x + 2);\n}\n");
	fixture_link("-g source.c");
	assert_int_equal(fixture_sh("objcopy --compress-debug-sections=%s out packed", method), 0);
}

static int measure(const struct loaded *file, struct kcov_symbolize_error **error, size_t *ret)
{
	return kcov_compressed_measure("packed", file->at, file->size, error, ret);
}

/* With the room that it needs. */
static void grow(struct loaded *file, size_t *from)
{
	void *map = file->at;
	size_t room = 0;

	assert_int_equal(measure(file, NULL, &room), 0);
	assert_true(room > 0);
	assert_int_equal(kcov_file_map_grow(&map, &file->size, room, from), 0);
	file->at = map;
	find_sections(file);
}

static void assert_same_section(const struct loaded *plain, const struct loaded *packed,
				const char *name)
{
	const Elf64_Shdr *x = section_of(plain, name), *y = section_of(packed, name);

	assert_int_equal(x->sh_type, y->sh_type);
	assert_int_equal(x->sh_flags, y->sh_flags);
	assert_int_equal(x->sh_size, y->sh_size);
	assert_true(y->sh_offset <= packed->size && y->sh_size <= packed->size - y->sh_offset);
	assert_memory_equal(plain->at + x->sh_offset, packed->at + y->sh_offset, x->sh_size);
}

static void assert_inflated(const char *method)
{
	struct loaded plain, packed;
	size_t from, size;

	make_images(method);
	plain = load("out");
	packed = load("packed");
	size = packed.size;
	assert_true(section_of(&packed, ".debug_info")->sh_flags & SHF_COMPRESSED);
	grow(&packed, &from);
	assert_int_equal(
		kcov_compressed_inflate("packed", packed.at, size, from, packed.size, NULL), 0);
	assert_same_section(&plain, &packed, ".debug_info");
	assert_same_section(&plain, &packed, ".debug_abbrev");
	assert_same_section(&plain, &packed, ".debug_str");
	assert_same_section(&plain, &packed, ".debug_line");
	assert_same_section(&plain, &packed, ".text");
	/* Once is enough. */
	assert_int_equal(measure(&packed, NULL, &size), 0);
	assert_int_equal(size, 0);
	unload(&plain);
	unload(&packed);
}

static void sections_are_what_they_were(void **state)
{
	(void)state;
	assert_inflated("zlib");
	assert_inflated("zstd");
}

static void nothing_compressed_takes_no_room(void **state)
{
	size_t room = 42;
	struct loaded file;

	(void)state;
	make_images("zstd");
	file = load("out");
	assert_int_equal(measure(&file, NULL, &room), 0);
	assert_int_equal(room, 0);
	unload(&file);
}

/* Others say what is wrong with it. */
static void what_is_cut_off_or_no_elf_file_takes_no_room(void **state)
{
	struct loaded file;
	size_t room;

	(void)state;
	make_images("zstd");
	file = load("packed");
	for (size_t size = 0; size < file.size; size += 8) {
		room = 42;
		assert_int_equal(kcov_compressed_measure("packed", file.at, size, NULL, &room), 0);
		assert_int_equal(room, 0);
	}
	file.at[0] = 0;
	assert_int_equal(measure(&file, NULL, &room), 0);
	assert_int_equal(room, 0);
	unload(&file);
}

static void sections_of_no_use_become_empty(void **state)
{
	struct kcov_image *image;
	struct loaded file;
	size_t size, from;

	(void)state;
	fixture_write("lists.s", ".section .debug_loclists\n.skip 5000\n");
	fixture_write("source.c", "int f(int x) { return x + 1; }\n");
	fixture_link("-g source.c lists.s");
	assert_int_equal(fixture_sh("objcopy --compress-debug-sections=zstd out packed"), 0);
	file = load("packed");
	size = file.size;
	/* No one need know how it is compressed. */
	((Elf64_Chdr *)(file.at + section_of(&file, ".debug_loclists")->sh_offset))->ch_type = 9;
	grow(&file, &from);
	assert_int_equal(kcov_compressed_inflate("packed", file.at, size, from, file.size, NULL),
			 0);
	assert_int_equal(section_of(&file, ".debug_loclists")->sh_type, SHT_NOBITS);
	assert_false(section_of(&file, ".debug_loclists")->sh_flags & SHF_COMPRESSED);
	unload(&file);
	assert_int_equal(kcov_image_open("packed", NULL, &image), 0);
	assert_int_equal(kcov_image_read_symbols(image, NULL), 0);
	kcov_image_close(image);
}

/* A hostile image can change what was measured: its headers may lie upon one another. */
static void it_never_writes_past_the_end(void **state)
{
	struct loaded file;
	size_t size, from;

	(void)state;
	make_images("zstd");
	file = load("packed");
	size = file.size;
	grow(&file, &from);
	/* What is measured may be some bytes more than is needed. */
	for (size_t end = from; end + 128 < file.size; end += 16) {
		void *copy;

		assert_int_equal(kcov_file_map_copy(file.at, end, &copy), 0);
		assert_int_equal(kcov_compressed_inflate("packed", copy, size, from, end, NULL),
				 -EINVAL);
		kcov_file_unmap(copy, end);
	}
	unload(&file);
}

/* Opens "packed" with so many bytes at an offset of .debug_info changed, which must fail. */
static void assert_refused(size_t offset, const void *bytes, size_t n, const char *cause)
{
	struct kcov_symbolize_error *error = NULL;
	struct loaded file = load("packed");
	struct kcov_image *image;
	const char *message;

	fixture_patch("packed", (long)(section_of(&file, ".debug_info")->sh_offset + offset), bytes,
		      n);
	unload(&file);
	assert_int_equal(kcov_image_open("packed", NULL, &image), 0);
	assert_int_equal(kcov_image_read_symbols(image, &error), -EINVAL);
	message = kcov_symbolize_error_message(error);
	assert_ptr_equal(strstr(message, "packed: section .debug_info cannot be inflated: "),
			 message);
	if (!strstr(message, cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, message);
	kcov_symbolize_error_free(error);
	kcov_image_close(image);
}

static void damage_is_told(void **state)
{
	static const char *const methods[] = { "zlib", "zstd" };
	const uint64_t more = 10000, less = 1, huge = (uint64_t)1 << 40, all = UINT64_MAX;
	const uint32_t unknown = 3;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const size_t size = offsetof(Elf64_Chdr, ch_size);

		make_images(methods[i]);
		assert_refused(size, &more, 8, "it is shorter than its header says");
		assert_refused(size, &less, 8, "longer than its header says");
		assert_refused(size, &huge, 8, "damaged: to 1099511627776 bytes, where");
		assert_refused(size, &all, 8, "damaged: to ");
		make_images(methods[i]);
		assert_refused(offsetof(Elf64_Chdr, ch_type), &unknown, 4, "by method 3, and only");
		make_images(methods[i]);
		assert_refused(sizeof(Elf64_Chdr), "\0\0\0\0\0\0", 6, "");
	}
}

static void a_header_that_is_cut_off_is_told(void **state)
{
	const uint64_t size = sizeof(Elf64_Chdr) - 1;
	struct kcov_symbolize_error *error = NULL;
	struct loaded file;
	size_t room = 42;

	(void)state;
	make_images("zstd");
	file = load("packed");
	section_of(&file, ".debug_info")->sh_size = size;
	assert_int_equal(measure(&file, &error, &room), -EINVAL);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "not even its header"));
	kcov_symbolize_error_free(error);
	unload(&file);
}

/* Its names are only for those who read messages, and may be damaged themselves. */
static void names_may_be_damaged(void **state)
{
	struct kcov_symbolize_error *error = NULL;
	struct loaded file;
	Elf64_Shdr *info;
	size_t room;

	(void)state;
	make_images("zstd");
	file = load("packed");
	info = section_of(&file, ".debug_info");
	info->sh_size = 1;
	info->sh_name = UINT32_MAX;
	assert_int_equal(measure(&file, &error, &room), -EINVAL);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "section (without a name)"));
	kcov_symbolize_error_free(error);
	((Elf64_Ehdr *)file.at)->e_shstrndx = 0xfefe;
	assert_int_equal(measure(&file, NULL, &room), -EINVAL);
	unload(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_what_they_were),
		cmocka_unit_test(nothing_compressed_takes_no_room),
		cmocka_unit_test(what_is_cut_off_or_no_elf_file_takes_no_room),
		cmocka_unit_test(sections_of_no_use_become_empty),
		cmocka_unit_test(it_never_writes_past_the_end),
		cmocka_unit_test(damage_is_told),
		cmocka_unit_test(a_header_that_is_cut_off_is_told),
		cmocka_unit_test(names_may_be_damaged),
	};

	return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
