// SPDX-License-Identifier: MIT
/* How many coverage points, functions and lines there are by file and by function. */
#include "module-fixture.h"

#include "alloc.h"
#include "count-by-hand.h"

/*
 * Each call of trace() is a coverage point, and none is made by the compiler, so that all figures
 * are the source's. The lines matter.
 */
static const char header[] = "void trace(void) __asm__(\"__sanitizer_cov_trace_pc\");\n"
			     "extern volatile int sink;\n"
			     "#define POINT (trace(), sink++)\n"
			     "static inline __attribute__((always_inline)) void leaf(void)\n"
			     "{\n"
			     "	POINT;\n"
			     "}\n"
			     "static __attribute__((noinline, unused)) void copied(void)\n"
			     "{\n"
			     "	POINT;\n"
			     "}\n"
			     "#define INIT __attribute__((section(\".init.text\")))\n",
		  a[] = "#include \"header.h\"\n"
			"volatile int sink;\n"
			"void plain(void)\n"
			"{\n"
			"	leaf();\n"
			"	POINT;\n"
			"	leaf();\n"
			"	copied();\n"
			"	sink++;\n"
			"}\n"
			"void quiet(void)\n"
			"{\n"
			"	sink++;\n"
			"}\n"
			"INIT void start(void)\n"
			"{\n"
			"	leaf();\n"
			"	POINT;\n"
			"}\n"
			"void CALL(void)\n"
			"{\n"
			"	POINT;\n"
			"	POINT;\n"
			"}\n"
			"void __se_sys_open(void)\n"
			"{\n"
			"	POINT;\n"
			"}\n"
			"void __do_compat_sys_open(void)\n"
			"{\n"
			"	POINT;\n"
			"	sink--;\n"
			"}\n",
		  b[] = "#include \"header.h\"\n"
			"INIT void later(void)\n"
			"{\n"
			"	POINT;\n"
			"}\n"
			"void other(void)\n"
			"{\n"
			"	copied();\n"
			"	sink++;\n"
			"}\n",
		  /* Without DWARF: a function in two parts, and one that has no points. */
	without[] = ".macro trace\n"
		    ".ifdef __aarch64__\nbl __sanitizer_cov_trace_pc\n.else\n"
		    "call __sanitizer_cov_trace_pc\n.endif\n"
		    ".endm\n"
		    ".macro function name\n"
		    ".globl \\name\n.type \\name, %function\n\\name:\n"
		    ".endm\n"
		    ".text\n"
		    "function __sanitizer_cov_trace_pc\nret\n"
		    "function assembled\ntrace\nret\n"
		    "function assembled.cold\ntrace\ntrace\nret\n"
		    "function hushed.part.0\nret\n"
		    ".section bare, \"ax\"\nret\n"
		    ".section .note.GNU-stack, \"\", %progbits\n";

/* An image, "out", and a module, "out.ko", which has not what is without DWARF. */
static void make_counted(void)
{
	const bool is_x86 = strcmp(host.name.machine, "x86_64") == 0;

	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("header.h", header);
	fixture_write("a.c", a);
	fixture_write("b.c", b);
	fixture_write("without.s", without);
	assert_int_equal(
		fixture_sh("for unit in a b; do %s -O2 -g -fno-pic -fno-asynchronous-unwind-tables "
			   "-fno-optimize-sibling-calls -DCALL=%s -c $unit.c || exit; done && "
			   "ld -r --build-id=0x" FIXTURE_BUILD_ID " -o out.ko a.o b.o",
			   fixture_compiler(), is_x86 ? "__ia32_sys_open" : "__arm64_sys_open"),
		0);
	fixture_link("-Wl,--section-start=.text=0xffffffff81000000 without.s a.o b.o");
}

static struct kcov_symbolizer *open_image(const char *path)
{
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open_image(path, NULL, &symbolizer), 0);
	return symbolizer;
}

static void assert_text(const char *text, const char *expected)
{
	assert_int_equal(!text, !expected);
	if (text)
		assert_string_equal(text, expected);
}

/* All of them, one by one and at once; expected has a last one without anything. */
static void assert_files(const struct kcov_symbolizer *symbolizer, const char *image,
			 const struct kcov_source_file *expected, size_t n)
{
	struct kcov_source_file files[16], one;

	assert_int_equal(kcov_symbolizer_files(symbolizer, image, 0, files, 16), n);
	for (size_t i = 0; i < n; i++) {
		assert_text(files[i].file, expected[i].file);
		assert_int_equal(!files[i].path, !expected[i].file);
		if (files[i].path)
			assert_string_equal(files[i].path + strlen(files[i].path) -
						    strlen(files[i].file),
					    files[i].file);
		assert_int_equal(files[i].points, expected[i].points);
		assert_int_equal(files[i].init_points, expected[i].init_points);
		assert_int_equal(files[i].functions, expected[i].functions);
		assert_int_equal(files[i].lines, expected[i].lines);
		assert_int_equal(kcov_symbolizer_files(symbolizer, image, i, &one, 1), 1);
		assert_memory_equal(&one, &files[i], sizeof(one));
	}
	assert_int_equal(kcov_symbolizer_files(symbolizer, image, n, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_files(symbolizer, image, SIZE_MAX, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_files(symbolizer, image, 0, NULL, 0), 0);
}

/* Offsets are compared by count_by_hand(). */
static void assert_function(const struct kcov_function *function,
			    const struct kcov_function *expected)
{
	assert_text(function->name, expected->name);
	assert_text(function->file, expected->file);
	assert_int_equal(!function->path, !expected->file);
	assert_int_equal(function->line, expected->line);
	assert_int_equal(function->points, expected->points);
	assert_int_equal(function->init_points, expected->init_points);
}

static void assert_functions(const struct kcov_symbolizer *symbolizer, const char *image,
			     const struct kcov_function *expected, size_t n)
{
	struct kcov_function functions[16], one;

	assert_int_equal(kcov_symbolizer_functions(symbolizer, image, 0, functions, 16), n);
	for (size_t i = 0; i < n; i++) {
		assert_function(&functions[i], &expected[i]);
		assert_int_equal(kcov_symbolizer_functions(symbolizer, image, i, &one, 1), 1);
		assert_function(&one, &functions[i]);
		assert_int_equal(one.offset, functions[i].offset);
	}
	assert_int_equal(kcov_symbolizer_functions(symbolizer, image, n, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_functions(symbolizer, image, SIZE_MAX, &one, 1), 0);
	assert_int_equal(kcov_symbolizer_functions(symbolizer, image, 0, NULL, 0), 0);
}

#define ASSERT_FILES(symbolizer_, image_, files_)                                                  \
	assert_files(symbolizer_, image_, files_, sizeof(files_) / sizeof(*(files_)))
#define ASSERT_FUNCTIONS(symbolizer_, image_, functions_)                                          \
	assert_functions(symbolizer_, image_, functions_,                                          \
			 sizeof(functions_) / sizeof(*(functions_)))

/* Two leaves, a point and the call of none in plain(), and three points of calls. */
#define OF_A                                                                                       \
	{                                                                                          \
		.file = "a.c", .points = 7, .init_points = 2, .functions = 3, .lines = 7           \
	}
#define OF_B                                                                                       \
	{                                                                                          \
		.file = "b.c", .init_points = 1                                                    \
	}
/* Two copies of copied(), and leaf(), whose points are those of others. */
#define OF_HEADER                                                                                  \
	{                                                                                          \
		.file = "header.h", .points = 2, .functions = 1, .lines = 2                        \
	}

static void files_have_what_their_functions_have(void **state)
{
	static const struct kcov_source_file expected[] = {
		{ .points = 3, .functions = 1 }, OF_A, OF_B, OF_HEADER
	};
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	ASSERT_FILES(symbolizer, NULL, expected);
	ASSERT_FILES(symbolizer, "vmlinux", expected);
	kcov_symbolizer_close(symbolizer);
}

#define OF_UNITS                                                                                   \
	{ .name = "compat_sys_open", .file = "a.c", .line = 31, .points = 1 },                     \
		{ .name = "plain", .file = "a.c", .line = 5, .points = 3 },                        \
		{ .name = "start", .file = "a.c", .line = 17, .init_points = 2 },                  \
		{ .name = "sys_open", .file = "a.c", .line = 22, .points = 3 },                    \
		{ .name = "later", .file = "b.c", .line = 4, .init_points = 1 },                   \
	{                                                                                          \
		.name = "copied", .file = "header.h", .line = 10, .points = 2                      \
	}

static void functions_are_one_if_file_and_name_agree(void **state)
{
	static const struct kcov_function expected[] = { { .name = "assembled", .points = 3 },
							 OF_UNITS };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	ASSERT_FUNCTIONS(symbolizer, NULL, expected);
	kcov_symbolizer_close(symbolizer);
}

static void a_module_by_itself_is_counted_alike(void **state)
{
	static const struct kcov_source_file files[] = { OF_A, OF_B, OF_HEADER };
	static const struct kcov_function functions[] = { OF_UNITS };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_counted();
	symbolizer = open_image("out.ko");
	ASSERT_FILES(symbolizer, NULL, files);
	ASSERT_FUNCTIONS(symbolizer, "out", functions);
	kcov_symbolizer_close(symbolizer);
	/* And one that is given to an image. */
	symbolizer = open_image("out");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "out.ko", NULL), 0);
	ASSERT_FILES(symbolizer, "out", files);
	ASSERT_FUNCTIONS(symbolizer, "out", functions);
	kcov_symbolizer_close(symbolizer);
}

static void a_count_by_hand_says_the_same(void **state)
{
	static const char *const images[] = { "out", "out.ko" };

	(void)state;
	make_counted();
	for (size_t i = 0; i < 2; i++) {
		struct kcov_symbolizer *symbolizer = open_image(images[i]);
		struct sums sums;

		assert_true(count_by_hand(symbolizer, &sums));
		assert_int_equal(sums.files, 4 - i);
		assert_int_equal(sums.points, i ? 9 : 12);
		assert_int_equal(sums.init_points, 3);
		assert_int_equal(sums.functions, 5 - i);
		assert_int_equal(sums.all_functions, 7 - i);
		assert_int_equal(sums.lines, 9);
		kcov_symbolizer_close(symbolizer);
	}
}

/* That of a symbol's first byte. */
static int function_of(const struct kcov_symbolizer *symbolizer, const char *symbol,
		       struct kcov_function *ret)
{
	struct kcov_symbol_range range;
	struct kcov_location location;

	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, symbol, &range, 1), 1);
	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &range.pc, 1, NULL, &location), 0);
	return kcov_location_function(&location, NULL, ret);
}

static void an_address_is_in_the_function_that_holds_it(void **state)
{
	static const struct {
		const char *symbol;
		struct kcov_function expected;
	} all[] = {
		{ "__se_sys_open", { .name = "sys_open", .file = "a.c", .line = 22, .points = 3 } },
		{ "start", { .name = "start", .file = "a.c", .line = 17, .init_points = 2 } },
		{ "assembled.cold", { .name = "assembled", .points = 3 } },
		/* Without points. */
		{ "quiet", { .name = "quiet", .file = "a.c" } },
		{ "other", { .name = "other", .file = "b.c" } },
		{ "hushed.part.0", { .name = "hushed" } },
		{ "__sanitizer_cov_trace_pc", { .name = "__sanitizer_cov_trace_pc" } },
	};
	struct kcov_symbolizer *symbolizer;
	struct kcov_function function;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(function_of(symbolizer, all[i].symbol, &function), 0);
		assert_function(&function, &all[i].expected);
		if (!function.points && !function.init_points)
			assert_int_equal(function.offset, 0);
	}
	kcov_symbolizer_close(symbolizer);
}

static void a_frame_is_of_its_own_function(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_function function;
	struct kcov_symbol_range range;
	struct kcov_location location;
	struct kcov_frame frames[4];
	int n;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "__se_sys_open", &range, 1), 1);
	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &range.pc, 1, NULL, &location), 0);
	n = kcov_location_frames(&location, frames, 4);
	assert_in_range(n, 1, 4);
	/* The last one is what no frame stands for. */
	assert_int_equal(kcov_location_function(&location, &frames[n - 1], &function), 0);
	assert_string_equal(function.name, "sys_open");
	assert_int_equal(function.points, 3);
	frames[0] = (struct kcov_frame){ .function = frames[n - 1].function };
	assert_int_equal(kcov_location_function(&location, &frames[0], &function), 0);
	assert_int_equal(function.points, 0);
	kcov_symbolizer_close(symbolizer);
}

static void files_are_those_of_the_image_of_an_address(void **state)
{
	struct kcov_source_file files[8], same[8];
	struct kcov_symbolizer *symbolizer;
	struct kcov_symbol_range range;
	struct kcov_location location;
	int n;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	assert_int_equal(kcov_symbolizer_symbols(symbolizer, NULL, "quiet", &range, 1), 1);
	assert_int_equal(kcov_symbolizer_lookup(symbolizer, &range.pc, 1, NULL, &location), 0);
	n = kcov_symbolizer_files(symbolizer, NULL, 0, files, 8);
	assert_int_equal(kcov_location_files(&location, 0, same, 8), n);
	assert_memory_equal(files, same, (size_t)n * sizeof(*files));
	assert_int_equal(kcov_location_files(&location, (size_t)n - 1, same, 8), 1);
	assert_memory_equal(&files[n - 1], same, sizeof(*files));
	location = look_up(symbolizer, 16);
	assert_int_equal(kcov_location_files(&location, 0, same, 8), -ENOENT);
	kcov_symbolizer_close(symbolizer);
}

static void where_nothing_is_known_is_enoent(void **state)
{
	struct kcov_function function = { .points = 42 };
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;

	(void)state;
	make_counted();
	symbolizer = open_image("out");
	location = look_up(symbolizer, 16);
	assert_null(location.image);
	assert_int_equal(kcov_location_function(&location, NULL, &function), -ENOENT);
	assert_int_equal(function_of(symbolizer, "bare", &function), -ENOENT);
	assert_int_equal(function.points, 42);
	kcov_symbolizer_close(symbolizer);
}

static void assert_no_counts(const struct kcov_symbolizer *symbolizer, const char *image,
			     int expected)
{
	struct kcov_source_file file = { .points = 42 };
	struct kcov_function function = { .points = 42 };

	assert_int_equal(kcov_symbolizer_files(symbolizer, image, 0, &file, 1), expected);
	assert_int_equal(kcov_symbolizer_functions(symbolizer, image, 0, &function, 1), expected);
	assert_int_equal(file.points, 42);
	assert_int_equal(function.points, 42);
}

static void where_points_are_not_known_is_enodata(void **state)
{
	struct kcov_function function = { .points = 42 };
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_counted();
	assert_int_equal(fixture_sh("objcopy --only-keep-debug out out.debug"), 0);
	symbolizer = open_image("out.debug");
	assert_no_counts(symbolizer, NULL, -ENODATA);
	assert_int_equal(function_of(symbolizer, "plain", &function), -ENODATA);
	assert_int_equal(function.points, 42);
	kcov_symbolizer_close(symbolizer);
}

static void a_kernel_without_kcov_has_no_files(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_function function;

	(void)state;
	make_kernel();
	symbolizer = open_image("out");
	assert_no_counts(symbolizer, NULL, 0);
	assert_int_equal(function_of(symbolizer, "f", &function), 0);
	assert_function(&function, &(struct kcov_function){ .name = "f", .file = "source.c" });
	kcov_symbolizer_close(symbolizer);
}

/* What the kernel hides does not matter. What the compiler made has a point in each function. */
static void a_loaded_module_is_counted_wherever_it_lies(void **state)
{
	static const char *const hidden[] = { "true", "rm -r sys/module/snd_test/sections",
					      "echo 0000000000000000 T _text >proc/kallsyms" };
	uint64_t points[8];

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	for (size_t i = 0; i < 3; i++) {
		struct kcov_symbolizer *symbolizer;
		struct kcov_source_file file;
		struct kcov_function functions[8];

		assert_int_equal(fixture_sh("%s", hidden[i]), 0);
		symbolizer = open_kernel("out");
		assert_int_equal(kcov_symbolizer_files(symbolizer, "snd_test", 0, &file, 1), 1);
		assert_string_equal(file.file, "module.c");
		assert_int_equal(file.points, 3);
		assert_int_equal(file.init_points, 1);
		assert_int_equal(file.functions, 3);
		assert_int_equal(kcov_symbolizer_functions(symbolizer, "snd_test", 0, functions, 8),
				 4);
		assert_string_equal(functions[1].name, "init");
		assert_int_equal(functions[1].init_points, 1);
		assert_int_equal(functions[1].points, 0);
		assert_int_equal(
			kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, points, 8),
			i ? -ENODATA : 4);
		kcov_symbolizer_close(symbolizer);
	}
}

static void other_images_are_told(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_function function;
	struct kcov_location location;

	(void)state;
	load_module();
	symbolizer = open_kernel("out");
	assert_no_counts(symbolizer, "sound", -ENOENT);
	/* There is no file of it. */
	assert_no_counts(symbolizer, "vfat", -ENODATA);
	location = look_up(symbolizer, VFAT + 4 - OFFSET);
	assert_non_null(location.symbol);
	assert_int_equal(kcov_location_function(&location, NULL, &function), -ENODATA);
	assert_int_equal(kcov_location_files(&location, 0, NULL, 0), -ENODATA);
	kcov_symbolizer_close(symbolizer);
	symbolizer = open_image("out");
	assert_no_counts(symbolizer, "snd_test", -ENOENT);
	kcov_symbolizer_close(symbolizer);
	if (strcmp(host.name.machine, "x86_64") != 0)
		return;
	symbolizer = open_kernel(NULL);
	assert_no_counts(symbolizer, NULL, -ENODATA);
	kcov_symbolizer_close(symbolizer);
}

static void counts_without_memory_are_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	do {
		struct kcov_symbolizer *symbolizers[2] = { open_kernel("out"), open_kernel("out") };
		struct kcov_source_file file;
		struct kcov_function function;
		int n[2];

		failed = false;
		nth++;
		alloc_fail_at(nth);
		n[0] = kcov_symbolizer_files(symbolizers[0], "snd_test", 0, &file, 1);
		failed |= alloc_failed();
		alloc_fail_at(nth);
		n[1] = kcov_symbolizer_functions(symbolizers[1], "snd_test", 0, &function, 1);
		failed |= alloc_failed();
		for (size_t i = 0; i < 2; i++) {
			assert_true(n[i] == 1 || (n[i] == -ENOMEM && failed));
			failures += n[i] != 1;
			kcov_symbolizer_close(symbolizers[i]);
		}
	} while (failed);
	assert_true(failures > 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_have_what_their_functions_have),
		cmocka_unit_test(functions_are_one_if_file_and_name_agree),
		cmocka_unit_test(a_module_by_itself_is_counted_alike),
		cmocka_unit_test(a_count_by_hand_says_the_same),
		cmocka_unit_test(an_address_is_in_the_function_that_holds_it),
		cmocka_unit_test(a_frame_is_of_its_own_function),
		cmocka_unit_test(files_are_those_of_the_image_of_an_address),
		cmocka_unit_test(where_nothing_is_known_is_enoent),
		cmocka_unit_test(where_points_are_not_known_is_enodata),
		cmocka_unit_test(a_kernel_without_kcov_has_no_files),
		cmocka_unit_test(a_loaded_module_is_counted_wherever_it_lies),
		cmocka_unit_test(other_images_are_told),
		cmocka_unit_test(counts_without_memory_are_enomem),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
