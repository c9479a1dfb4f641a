// SPDX-License-Identifier: MIT
/* Coverage points: which there are in an image, and PCs that are none. */
#include "kernel-fixture.h"

#include "index/flatten.h"

#include <elf.h>
#include <errno.h>

/* The callbacks, none of which does anything. */
static const char callbacks[] = ".macro callback name\n"
				".globl __sanitizer_cov_trace_\\name\n"
				".type __sanitizer_cov_trace_\\name, %function\n"
				"__sanitizer_cov_trace_\\name: ret\n"
				".endm\n"
				".text\n"
				"callback pc\n"
				"callback pc_guard\n"
				"callback switch\n"
				".irp size, 1, 2, 4, 8\n"
				"callback cmp\\size\n"
				"callback const_cmp\\size\n"
				".endr\n"
				".section .note.GNU-stack, \"\", %progbits\n";

static const char traced[] = "volatile int sink;\n"
			     "void h(int x)\n"
			     "{\n"
			     "	if (x)\n"
			     "		sink = 1;\n"
			     "}\n"
			     "int g(int);\n"
			     "int f(int x, int y)\n"
			     "{\n"
			     "	for (int i = 0; i < x; i++)\n"
			     "		y += x == y ? 3 : g(y);\n"
			     "	return y;\n"
			     "}\n"
			     "__attribute__((section(\".init.text\"))) int start(short x)\n"
			     "{\n"
			     "	return x == 7 ? f(x, 1) : f(2, x);\n"
			     "}\n"
			     "__attribute__((noinline)) int g(int x)\n"
			     "{\n"
			     "	return x > 9;\n"
			     "}\n";

/* An image, "out", and a module, "out.ko", of one object; and another module without any. */
static void make_traced_at(const char *level)
{
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("callbacks.s", callbacks);
	fixture_write("traced.c", traced);
	assert_int_equal(
		fixture_sh("%s %s -g -fno-pic -fno-asynchronous-unwind-tables -c "
			   "-fsanitize-coverage=trace-pc,trace-cmp traced.c -o traced.o && "
			   "ld -r --build-id=0x" FIXTURE_BUILD_ID " -o out.ko traced.o",
			   fixture_compiler(), level),
		0);
	fixture_link("-Wl,--section-start=.text=0xffffffff81000000 callbacks.s traced.o");
}

static void make_traced(void)
{
	make_traced_at("-O1");
}

static size_t points_of(const struct kcov_symbolizer *symbolizer, enum kcov_point kind,
			uint64_t *ret, size_t room)
{
	int n = kcov_symbolizer_points(symbolizer, NULL, kind, 0, ret, room);

	assert_in_range(n, 0, room);
	return (size_t)n;
}

/* Those of one kind by objdump: the instruction behind each call. */
static size_t disassemble(const char *pattern, uint64_t *ret, size_t room)
{
	const uint64_t size = strcmp(host.name.machine, "x86_64") == 0 ? 5 : 4;
	char line[64];
	size_t n = 0;
	FILE *calls;

	assert_int_equal(fixture_sh("objdump -d --no-show-raw-insn out | "
				    "awk '/(call|bl).*<__sanitizer_cov_trace_%s>$/ { "
				    "sub(/:.*/, \"\"); print }' >calls",
				    pattern),
			 0);
	calls = fopen("calls", "r");
	assert_non_null(calls);
	while (fgets(line, sizeof(line), calls)) {
		assert_true(n < room);
		ret[n++] = strtoull(line, NULL, 16) + size;
	}
	fclose(calls);
	return n;
}

/* The call of each begins as far before it as a call is long, and none anywhere else. */
static void assert_call_sites(const struct kcov_symbolizer *symbolizer, enum kcov_point kind,
			      const uint64_t *points, size_t n)
{
	const uint64_t size = strcmp(host.name.machine, "x86_64") == 0 ? 5 : 4;
	size_t found = 0;

	for (uint64_t pc = points[0] - size; pc < points[n - 1]; pc++) {
		const uint64_t before = pc - 1;
		struct kcov_location location;

		assert_int_equal(kcov_symbolizer_lookup(symbolizer, &before, 1, NULL, &location),
				 0);
		if ((int)kind != kcov_location_call_site(&location))
			continue;
		assert_int_equal(pc + size, points[found]);
		found++;
	}
	assert_int_equal(found, n);
}

static void assert_points(const struct kcov_symbolizer *symbolizer, enum kcov_point kind,
			  const char *pattern)
{
	uint64_t points[256], expected[256];
	size_t n = points_of(symbolizer, kind, points, 256);

	assert_int_equal(disassemble(pattern, expected, 256), n);
	assert_true(n >= 4);
	assert_memory_equal(points, expected, n * sizeof(*points));
	/* One by one, and behind the last. */
	for (size_t i = 0; i <= n; i++) {
		uint64_t point = 0;

		assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, kind,
							i ? points[i - 1] + 1 : 0, &point, 1),
				 i < n);
		assert_int_equal(point, i < n ? points[i] : 0);
	}
	assert_call_sites(symbolizer, kind, points, n);
	/* Each is one, and what is beside it is none. */
	for (size_t i = 0; i < n; i++) {
		for (uint64_t away = 0; away < 3; away++) {
			const uint64_t address = points[i] - away;
			struct kcov_location location;

			assert_int_equal(
				kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location),
				0);
			assert_int_equal(kcov_location_point(&location),
					 away == 1 ? kind : KCOV_POINT_NONE);
		}
	}
}

static void points_are_those_that_a_disassembler_finds(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_traced();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_points(symbolizer, KCOV_POINT_PC, "pc");
	assert_points(symbolizer, KCOV_POINT_CMP, "(const_cmp|cmp|switch)[0-9]*");
	kcov_symbolizer_close(symbolizer);
}

/* What was read of the image by itself, of which a module is one, too. */
static struct kcov_flat flatten(int (*open)(const char *path, struct kcov_symbolize_error **error,
					    struct kcov_image **ret),
				const char *path)
{
	struct kcov_symbolize_error *error = NULL;
	struct kcov_flat flat = {};
	struct kcov_image *image;

	assert_int_equal(open(path, NULL, &image), 0);
	assert_int_equal(kcov_image_read_symbols(image, NULL), 0);
	if (kcov_flatten(image, &error, &flat))
		fail_msg("%s", kcov_symbolize_error_message(error));
	kcov_image_close(image);
	return flat;
}

static uint32_t low_of(const struct kcov_flat *flat, const char *symbol)
{
	for (size_t i = 0; i < flat->symbols.n; i++) {
		const struct kcov_flat_symbol *each = &flat->symbols.at[i];

		if (strcmp((const char *)flat->strings.at + each->name, symbol) == 0)
			return each->low;
	}
	fail_msg("no symbol %s", symbol);
	return 0;
}

/* Those up to so many bytes behind a function, from its beginning. */
static size_t points_in(const struct kcov_flat *flat, const char *symbol,
			struct kcov_flat_point *ret)
{
	const uint32_t low = low_of(flat, symbol);
	size_t n = 0;

	for (size_t i = 0; i < flat->points.n; i++) {
		const struct kcov_flat_point *point = &flat->points.at[i];

		if (point->pc > low && point->pc < low + 20 && n < 8)
			ret[n++] = (struct kcov_flat_point){ point->pc - low, point->is_cmp };
	}
	return n;
}

/* With -O2 the last call of a function may be a jump, which is no call. */
static void assert_same_points_linked(const char *level)
{
	static const char *const functions[] = { "f", "g", "h", "start" };
	struct kcov_flat linked, module;

	make_traced_at(level);
	linked = flatten(kcov_image_open, "out");
	module = flatten(kcov_image_open_module, "out.ko");
	assert_true(linked.has_points && module.has_points);
	assert_true(module.points.n >= 4);
	assert_int_equal(module.points.n, linked.points.n);
	for (size_t i = 0; i < 4; i++) {
		struct kcov_flat_point a[8] = { 0 }, b[8] = { 0 };
		size_t n = points_in(&linked, functions[i], a);

		assert_int_equal(points_in(&module, functions[i], b), n);
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(a[k].pc, b[k].pc);
			assert_int_equal(a[k].is_cmp, b[k].is_cmp);
		}
	}
	kcov_flat_fini(&linked);
	kcov_flat_fini(&module);
}

static void points_of_a_module_are_those_it_has_when_linked(void **state)
{
	(void)state;
	assert_same_points_linked("-O1");
	assert_same_points_linked("-O2");
}

/* What arm64's assembler would make of: bl back, nop, bl on, b back, bl elsewhere. */
static void calls_of_arm64_are_found_too(void **state)
{
	const uint16_t machine = EM_AARCH64;
	struct kcov_flat flat;

	(void)state;
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("arm.s",
		      ".text\n.globl __sanitizer_cov_trace_pc\n"
		      ".type __sanitizer_cov_trace_pc, %function\n"
		      "__sanitizer_cov_trace_pc: .long 0xd65f03c0\n"
		      ".globl f\n.type f, %function\n"
		      "f: .long 0x97ffffff, 0xd503201f, 0x94000003, 0x17fffffc, 0x94000009\n"
		      ".globl __sanitizer_cov_trace_switch\n"
		      ".type __sanitizer_cov_trace_switch, %function\n"
		      "__sanitizer_cov_trace_switch: .long 0xd65f03c0\n");
	/* Data has no lines, and without any there is no DWARF. */
	fixture_write("lines.c", "int lines(void) { return 0; }\n");
	fixture_link("-gdwarf-4 -Wa,-gdwarf-4 arm.s lines.c");
	fixture_patch("out", offsetof(Elf64_Ehdr, e_machine), &machine, sizeof(machine));
	flat = flatten(kcov_image_open, "out");
	assert_true(flat.has_points);
	assert_int_equal(flat.points.n, 2);
	assert_int_equal(flat.points.at[0].pc, low_of(&flat, "f") + 4);
	assert_false(flat.points.at[0].is_cmp);
	assert_int_equal(flat.points.at[1].pc, low_of(&flat, "f") + 12);
	assert_true(flat.points.at[1].is_cmp);
	kcov_flat_fini(&flat);
}

/* The points of an assembled image, all of which are of f(). */
static size_t points_of_assembly(const char *source, struct kcov_flat_point *points)
{
	struct kcov_flat flat;
	size_t n;

	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("source.s", source);
	fixture_link("-g source.s");
	flat = flatten(kcov_image_open, "out");
	n = points_in(&flat, "f", points);
	assert_int_equal(flat.points.n, n);
	kcov_flat_fini(&flat);
	return n;
}

/* A call each; the one at the end of a function is no point. */
static void callbacks_of_other_names_are_points(void **state)
{
	struct kcov_flat_point points[8];

	(void)state;
	assert_int_equal(points_of_assembly(".text\n"
					    ".irp name, pc_entry, pc_guard, pc_exit\n"
					    ".globl __sanitizer_cov_trace_\\name\n"
					    "__sanitizer_cov_trace_\\name: ret\n"
					    ".endr\n"
					    ".globl f\nf:\n"
					    ".irp name, pc_entry, pc_guard, pc_exit\n"
					    ".ifdef __aarch64__\nbl __sanitizer_cov_trace_\\name\n"
					    ".else\ncall __sanitizer_cov_trace_\\name\n.endif\n"
					    ".endr\nret\n",
					    points),
			 2);
	assert_int_equal(points[1].pc, 2 * points[0].pc);
	assert_false(points[0].is_cmp || points[1].is_cmp);
}

/* As gcc makes them, and ThinLTO: what is recorded then is where the caller goes on. */
static void jumps_to_the_callback_are_no_points(void **state)
{
	struct kcov_flat_point points[8];

	(void)state;
	assert_int_equal(points_of_assembly(".text\n"
					    ".globl __sanitizer_cov_trace_pc\n"
					    "__sanitizer_cov_trace_pc: ret\n"
					    ".globl f\nf:\n"
					    ".ifdef __aarch64__\n"
					    "bl __sanitizer_cov_trace_pc\n"
					    "b.ne __sanitizer_cov_trace_pc\n"
					    "b __sanitizer_cov_trace_pc\n"
					    ".else\n"
					    "call __sanitizer_cov_trace_pc\n"
					    "jne __sanitizer_cov_trace_pc\n"
					    "jmp __sanitizer_cov_trace_pc\n"
					    ".endif\n",
					    points),
			 1);
}

/* As f() of another linker's image: each of the calls is through a veneer, as it is named. */
static void calls_through_veneers_of_arm64_are_found(void **state)
{
	static const char *const veneers[] = {
		"____sanitizer_cov_trace_pc_veneer",
		"__AArch64AbsLongThunk___sanitizer_cov_trace_pc",
		"__AArch64ADRPThunk___sanitizer_cov_trace_pc",
	};
	const uint16_t machine = EM_AARCH64;

	(void)state;
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("lines.c", "int lines(void) { return 0; }\n");
	for (size_t i = 0; i < sizeof(veneers) / sizeof(*veneers); i++) {
		struct kcov_flat flat;

		/* A veneer, as there may be several of a name, and: bl back, bl on. */
		assert_int_equal(fixture_sh("printf '%%s\n' .text '%s: .long 0xd61f0200' "
					    "'.globl f' 'f: .long 0x97ffffff, 0x94000001' "
					    "'.Lother: .long 0xd61f0200' >arm.s && "
					    "echo '.set %s_2, .Lother' >>arm.s",
					    veneers[i], veneers[i]),
				 0);
		fixture_link("-gdwarf-4 -Wa,-gdwarf-4 arm.s lines.c");
		assert_int_equal(
			fixture_sh("objcopy --redefine-sym %s_2=%s out", veneers[i], veneers[i]),
			0);
		fixture_patch("out", offsetof(Elf64_Ehdr, e_machine), &machine, sizeof(machine));
		flat = flatten(kcov_image_open, "out");
		assert_int_equal(flat.points.n, 2);
		assert_int_equal(flat.points.at[0].pc, low_of(&flat, "f") + 4);
		assert_int_equal(flat.points.at[1].pc, low_of(&flat, "f") + 8);
		kcov_flat_fini(&flat);
	}
}

static void without_text_points_are_not_known(void **state)
{
	const uint64_t address = LINK_TEXT;
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_flat flat;
	uint64_t point;

	(void)state;
	make_traced();
	assert_int_equal(fixture_sh("objcopy --only-keep-debug out out.debug && "
				    "objcopy --only-keep-debug out.ko out.ko.debug"),
			 0);
	assert_int_equal(kcov_symbolizer_open_image("out.debug", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &point, 1),
			 -ENODATA);
	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location), 0);
	assert_int_equal(kcov_location_point(&location), KCOV_POINT_UNKNOWN);
	assert_int_equal(kcov_location_call_site(&location), KCOV_POINT_UNKNOWN);
	kcov_symbolizer_close(symbolizer);
	flat = flatten(kcov_image_open_module, "out.ko.debug");
	assert_false(flat.has_points);
	kcov_flat_fini(&flat);
}

/* Nothing names what its calls are to. */
static void without_symbols_points_are_not_known(void **state)
{
	const uint64_t address = LINK_TEXT;
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	uint64_t point;

	(void)state;
	make_traced();
	assert_int_equal(fixture_sh("strip -s --keep-section='.debug_*' out"), 0);
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &point, 1),
			 -ENODATA);
	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &address, 1, NULL, &location), 0);
	assert_string_equal(location.image, "vmlinux");
	assert_int_equal(kcov_location_point(&location), KCOV_POINT_UNKNOWN);
	assert_int_equal(kcov_location_call_site(&location), KCOV_POINT_UNKNOWN);
	assert_int_equal(kcov_symbolizer_build(symbolizer, NULL) & KCOV_BUILD_SYMBOLS, 0);
	kcov_symbolizer_close(symbolizer);
}

static void without_an_image_points_are_not_known(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	uint64_t point;

	(void)state;
	if (strcmp(host.name.machine, "x86_64") != 0)
		skip_because("only x86-64 does without vmlinux");
	make_kernel();
	symbolizer = open_kernel(NULL);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &point, 1),
			 -ENODATA);
	assert_int_equal(kcov_symbolizer_build(symbolizer, NULL), -ENODATA);
	location = look_up(symbolizer, LINK_TEXT + 0x108);
	assert_non_null(location.symbol);
	assert_int_equal(kcov_location_point(&location), KCOV_POINT_UNKNOWN);
	assert_int_equal(kcov_location_call_site(&location), KCOV_POINT_UNKNOWN);
	kcov_symbolizer_close(symbolizer);
}

static void a_kernel_without_kcov_has_no_points(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	uint64_t point;

	(void)state;
	make_kernel();
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &point, 1), 0);
	assert_int_equal(kcov_symbolizer_build(symbolizer, NULL) &
				 (KCOV_BUILD_SYMBOLS | KCOV_BUILD_PC_CALLBACKS),
			 KCOV_BUILD_SYMBOLS);
	location = look_up(symbolizer, LINK_TEXT + 0x20);
	assert_int_equal(kcov_location_point(&location), KCOV_POINT_NONE);
	kcov_symbolizer_close(symbolizer);
}

static void points_of_no_kind_are_einval(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t point = 42;

	(void)state;
	make_traced();
	assert_int_equal(kcov_symbolizer_open_image("out", NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_NONE, 0, &point, 1),
			 -EINVAL);
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_UNKNOWN, 0, &point, 1),
			 -EINVAL);
	assert_int_equal(point, 42);
	kcov_symbolizer_close(symbolizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_are_those_that_a_disassembler_finds),
		cmocka_unit_test(points_of_a_module_are_those_it_has_when_linked),
		cmocka_unit_test(calls_of_arm64_are_found_too),
		cmocka_unit_test(callbacks_of_other_names_are_points),
		cmocka_unit_test(jumps_to_the_callback_are_no_points),
		cmocka_unit_test(calls_through_veneers_of_arm64_are_found),
		cmocka_unit_test(without_text_points_are_not_known),
		cmocka_unit_test(without_symbols_points_are_not_known),
		cmocka_unit_test(without_an_image_points_are_not_known),
		cmocka_unit_test(a_kernel_without_kcov_has_no_points),
		cmocka_unit_test(points_of_no_kind_are_einval),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
