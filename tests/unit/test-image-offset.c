// SPDX-License-Identifier: MIT
#include "module-fixture.h"

#include "alloc.h"

#include <errno.h>

/* The offset of a PC, from which the PC comes back. */
static struct kcov_image_offset offset_of(const struct kcov_symbolizer *symbolizer, uint64_t pc)
{
	struct kcov_image_offset at;
	uint64_t back;

	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, pc, &at), 0);
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &back), 0);
	assert_int_equal(back, pc);
	return at;
}

static void offsets_in_vmlinux_count_from_text(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_image_offset at;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	at = offset_of(symbolizer, LINK_TEXT + 0x20);
	assert_string_equal(at.image, "vmlinux");
	assert_int_equal(at.offset, 0x20);
	assert_int_equal(at.build_id_size, 20);
	assert_int_equal(at.build_id[1], 0x23);
	kcov_symbolizer_close(symbolizer);
}

static void offsets_in_vmlinux_need_no_image(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_image_offset at;

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	symbolizer = open_kernel(NULL);
	at = offset_of(symbolizer, LINK_TEXT + 0x110);
	assert_int_equal(at.offset, 0x110);
	assert_int_equal(at.build_id[1], 0x23);
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), 0);
	assert_string_equal(location.symbol, "vfs_read");
	assert_int_equal(location.symbol_offset, 0x10);
	kcov_symbolizer_close(symbolizer);
}

/* They lie far apart, and in another order than that of their headers. */
static void offsets_in_a_module_do_not_depend_on_where_it_lies(void **state)
{
	struct kcov_image_offset before[3], after[3];
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	before[0] = offset_of(symbolizer, TEXT + 18 - OFFSET);
	before[1] = offset_of(symbolizer, UNLIKELY + 3 - OFFSET);
	before[2] = offset_of(symbolizer, INIT + 1 - OFFSET);
	assert_string_equal(before[0].image, "snd_test");
	kcov_symbolizer_close(symbolizer);
	assert_int_equal(before[0].offset, 18);
	/* Of 16 bytes each, or a few more. */
	assert_in_range(before[1].offset, 32 + 3, 128);
	assert_in_range(before[2].offset, before[1].offset + 16 - 3, before[1].offset + 128);
	assert_int_equal(before[1].offset % 16, 3);

	load_section("snd_test", ".text", TEXT + 0x1230);
	load_section("snd_test", ".text.unlikely", UNLIKELY - 0x20);
	load_section("snd_test", ".init.text", INIT + 0x40);
	symbolizer = open_kernel("out");
	after[0] = offset_of(symbolizer, TEXT + 0x1230 + 18 - OFFSET);
	after[1] = offset_of(symbolizer, UNLIKELY - 0x20 + 3 - OFFSET);
	after[2] = offset_of(symbolizer, INIT + 0x40 + 1 - OFFSET);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(after[i].offset, before[i].offset);
		assert_memory_equal(after[i].build_id, before[i].build_id, 20);
	}
	kcov_symbolizer_close(symbolizer);
}

static void a_pc_without_an_offset_is_told(void **state)
{
	struct kcov_image_offset at = { .offset = 42 };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, 0x10, &at), -ENOENT);
	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, VFAT + 4 - OFFSET, &at), -ENODATA);
	assert_int_equal(at.offset, 42);
	kcov_symbolizer_close(symbolizer);
}

static void an_offset_without_a_pc_is_told(void **state)
{
	struct kcov_image_offset at = { .image = "ext4" };
	struct kcov_symbolizer *symbolizer;
	uint64_t pc = 42;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENOENT);
	at.image = NULL;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENOENT);
	at.image = "vfat";
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENODATA);
	at.image = "snd_test";
	at.offset = 0x10000;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ERANGE);
	at.offset = 4;
	at.build_id_size = 20;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENOENT);
	at.build_id_size = sizeof(at.build_id) + 1;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENOENT);
	assert_int_equal(pc, 42);
	kcov_symbolizer_close(symbolizer);
}

static void an_image_is_found_by_its_build_id_alone(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_image_offset at;
	uint64_t pc;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	at = offset_of(symbolizer, UNLIKELY + 3 - OFFSET);
	at.image = NULL;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), 0);
	assert_int_equal(pc, UNLIKELY + 3 - OFFSET);
	kcov_symbolizer_close(symbolizer);
}

/* That an offset of a function of a module is in leaf(), which it calls. */
static struct kcov_location assert_module_line(const struct kcov_symbolizer *symbolizer,
					       struct kcov_image_offset at, const char *function,
					       uint32_t line)
{
	struct kcov_location location;
	struct kcov_frame frames[8];

	/* Arm's functions begin with another instruction than that of the line. */
	for (uint64_t end = at.offset + 16; at.offset < end; at.offset++) {
		assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), 0);
		if (frames_of(&location, frames) == 2)
			break;
	}
	assert_string_equal(location.image, at.image);
	assert_string_equal(location.symbol, function);
	assert_string_equal(frames[0].function, "leaf");
	assert_int_equal(frames[1].line, line);
	return location;
}

static void what_lies_at_an_offset_is_looked_up(void **state)
{
	struct kcov_image_offset at = { .image = "snd_test", .offset = 16 };
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_kernel("out");
	location = assert_module_line(symbolizer, at, "second", 8);
	assert_int_equal(location.address, TEXT + 16 + location.symbol_offset - OFFSET);
	assert_int_equal(location.offset, 16 + location.symbol_offset);
	/* From the module's address in memory. */
	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, INIT - OFFSET, &at), 0);
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), 0);
	assert_int_equal(location.offset, INIT - TEXT);
	at.image = "vfat";
	at.build_id_size = 0;
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), -ENODATA);
	at.image = "ext4";
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), -ENOENT);
	at.image = "vmlinux";
	at.offset = UINT64_MAX / 2;
	assert_int_equal(kcov_symbolizer_lookup_offset(symbolizer, &at, &location), -ERANGE);
	kcov_symbolizer_close(symbolizer);
}

static void what_is_not_loaded_is_looked_up_by_offset(void **state)
{
	struct kcov_image_offset at = { .image = "snd_test", .offset = 16 };
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	uint64_t pc;

	(void)state;
	load_module();
	compile_module("snd-test.ko", MODULE_ID, "-g");
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "snd-test.ko", NULL), 0);
	location = assert_module_line(symbolizer, at, "second", 8);
	assert_int_equal(location.address, location.offset);
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &pc), -ENODATA);
	kcov_symbolizer_close(symbolizer);
}

static void addresses_of_a_module_by_itself_are_offsets(void **state)
{
	struct kcov_image_offset at = { .image = "snd_test", .offset = 16 };
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	uint64_t address;

	(void)state;
	load_module();
	compile_module("snd-test.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("gzip snd-test.ko"), 0);
	assert_int_equal(kcov_symbolizer_open_image("snd-test.ko.gz", NULL, &symbolizer), 0);
	assert_module_line(symbolizer, at, "second", 8);
	assert_int_equal(offset_of(symbolizer, 16).offset, 16);
	location = look_up(symbolizer, 16);
	assert_string_equal(location.image, "snd_test");
	assert_string_equal(location.symbol, "second");
	assert_int_equal(location.offset, 16);
	assert_null(look_up(symbolizer, 0x10000).image);
	assert_null(look_up(symbolizer, UINT64_MAX).image);
	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, 0x10000, &at), -ENOENT);
	address = at.offset = UINT64_MAX;
	assert_int_equal(kcov_symbolizer_to_pc(symbolizer, &at, &address), -ERANGE);
	kcov_symbolizer_close(symbolizer);
}

/* As many as are read at once, and more. */
static void points_of_a_module_by_itself_are_offsets(void **state)
{
	static const char call[] = ".ifdef __aarch64__\nbl __sanitizer_cov_trace_pc\n.else\n"
				   "call __sanitizer_cov_trace_pc\n.endif\n";
	struct kcov_symbolizer *symbolizer;
	struct kcov_image_offset at;
	uint64_t points[512], some[8];
	char *source;
	int n;

	(void)state;
	make_kernel();
	/* The second one ends its section. */
	assert_true(asprintf(&source,
			     ".text\n.rept 100\n%s.endr\n.section .data, \"aw\"\n.skip 0x2345\n"
			     ".section .exit.text, \"ax\"\n.balign 64\n%s%s"
			     ".section .note.GNU-stack, \"\", %%progbits\n",
			     call, call, call) > 0);
	fixture_write("traced.s", source);
	free(source);
	compile_module("m.ko", MODULE_ID, "-g");
	assert_int_equal(fixture_sh("%s -c -o traced.o traced.s && ld -r -o traced.ko traced.o "
				    "m.ko --build-id=0x" MODULE_ID,
				    fixture_compiler()),
			 0);
	assert_int_equal(kcov_symbolizer_open_image("traced.ko", NULL, &symbolizer), 0);
	n = kcov_symbolizer_points(symbolizer, "traced", KCOV_POINT_PC, 0, points, 512);
	assert_int_equal(n, 102);
	for (int i = 1; i < n; i++)
		assert_int_equal(points[i] - points[i - 1],
				 i == 100 ? points[100] - points[99] : points[0]);
	assert_int_equal((points[100] - points[0]) % 64, 0);
	assert_int_equal(kcov_symbolizer_to_offset(symbolizer, points[101] - 1, &at), 0);
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, points[97] + 1, some, 8),
		4);
	assert_memory_equal(some, points + 98, 4 * sizeof(*some));
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, some, 8), 8);
	assert_memory_equal(some, points, sizeof(some));
	kcov_symbolizer_close(symbolizer);
}

static void offsets_without_memory_are_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	do {
		struct kcov_image_offset at = { .image = "snd_test", .offset = 3 };
		struct kcov_symbolizer *symbolizers[3];
		struct kcov_location location;
		int rc[3];

		failed = false;
		nth++;
		for (size_t i = 0; i < 3; i++)
			symbolizers[i] = open_kernel("out");
		alloc_fail_at(nth);
		rc[0] = kcov_symbolizer_to_pc(symbolizers[0], &at, &location.address);
		failed |= alloc_failed();
		alloc_fail_at(nth);
		rc[1] = kcov_symbolizer_lookup_offset(symbolizers[1], &at, &location);
		failed |= alloc_failed();
		alloc_fail_at(nth);
		rc[2] = kcov_symbolizer_to_offset(symbolizers[2], TEXT - OFFSET, &at);
		failed |= alloc_failed();
		for (size_t i = 0; i < 3; i++) {
			assert_true(rc[i] == 0 || (rc[i] == -ENOMEM && failed));
			failures += rc[i] != 0;
			kcov_symbolizer_close(symbolizers[i]);
		}
	} while (failed);
	assert_true(failures > 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offsets_in_vmlinux_count_from_text),
		cmocka_unit_test(offsets_in_vmlinux_need_no_image),
		cmocka_unit_test(offsets_in_a_module_do_not_depend_on_where_it_lies),
		cmocka_unit_test(a_pc_without_an_offset_is_told),
		cmocka_unit_test(an_offset_without_a_pc_is_told),
		cmocka_unit_test(an_image_is_found_by_its_build_id_alone),
		cmocka_unit_test(what_lies_at_an_offset_is_looked_up),
		cmocka_unit_test(what_is_not_loaded_is_looked_up_by_offset),
		cmocka_unit_test(addresses_of_a_module_by_itself_are_offsets),
		cmocka_unit_test(points_of_a_module_by_itself_are_offsets),
		cmocka_unit_test(offsets_without_memory_are_enomem),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
