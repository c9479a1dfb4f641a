// SPDX-License-Identifier: MIT
/* What was stripped off images, and where it is found. */
#include "module-fixture.h"

#include "alloc.h"

#include <dlfcn.h>
#include <errno.h>

/* Whether elfutils' client is not there. */
static bool no_client;

void *__real_dlopen(const char *name, int flags);
void *__wrap_dlopen(const char *name, int flags);

void *__wrap_dlopen(const char *name, int flags)
{
	return no_client ? NULL : __real_dlopen(name, flags);
}

/* "out", a kernel's image with a coverage point. */
static void make_image(const char *flags)
{
	char *all;

	make_kernel();
	fixture_write("trace.s", ".text\n.globl __sanitizer_cov_trace_pc\n"
				 "__sanitizer_cov_trace_pc: ret\n");
	/* As the compiler would if it were told to; clang then wants to link more. */
	fixture_write("traced.c", "void __sanitizer_cov_trace_pc(void);\n"
				  "int traced(int x)\n"
				  "{\n"
				  "	__sanitizer_cov_trace_pc();\n"
				  "	return x + 1;\n"
				  "}\n");
	assert_true(asprintf(&all, "-g %s trace.s traced.c", flags) >= 0);
	link_vmlinux(all);
	free(all);
}

/* Leaves a file with all but the code at path, and a link of that name if it is to have one. */
static void strip(const char *file, const char *path, bool has_link)
{
	assert_int_equal(fixture_sh("mkdir -p \"$(dirname '%s')\" && "
				    "objcopy --only-keep-debug %s '%s' && "
				    "strip --strip-%s %s",
				    path, file, path, strstr(file, ".ko") ? "debug" : "all", file),
			 0);
	if (has_link)
		assert_int_equal(fixture_sh("objcopy --add-gnu-debuglink='%s' %s", path, file), 0);
}

static void assert_whole(struct kcov_symbolizer *symbolizer)
{
	struct kcov_location location;
	struct kcov_frame frames[8];
	uint64_t pc;

	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, &pc, 1), 1);
	location = look_up(symbolizer, pc - 1);
	assert_string_equal(location.symbol, "traced");
	assert_int_equal(frames_of(&location, frames), 1);
	assert_string_equal(frames[0].function, "traced");
	assert_int_equal(frames[0].line, 4);
	kcov_symbolizer_close(symbolizer);
}

static void assert_answers(const char *path)
{
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open_image(path, NULL, &symbolizer), 0);
	/* It answers by the name that it was opened by. */
	assert_string_equal(kcov_symbolizer_path(symbolizer), path);
	assert_whole(symbolizer);
}

static void assert_no_dwarf(const char *path)
{
	struct kcov_symbolizer *symbolizer = NULL;
	struct kcov_symbolize_error *error = NULL;

	assert_int_equal(kcov_symbolizer_open_image(path, &error, &symbolizer), -ENODATA);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "no debug file of it found"));
	kcov_symbolize_error_free(error);
}

static void it_is_found_by_its_build_id(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	make_image("");
	strip("out", BUILD_ID_FILE, false);
	assert_answers("out");
	symbolizer = open_kernel("out");
	assert_whole(symbolizer);
	assert_int_equal(unlink(BUILD_ID_FILE), 0);
	assert_no_dwarf("out");
}

static void it_is_found_by_its_link(void **state)
{
	static const char *const flags[] = { "", "-Wl,--build-id=none" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make_image(flags[i]);
		strip("out", "out.debug", true);
		assert_answers("out");
		assert_answers("./out");

		assert_int_equal(fixture_sh("mkdir -p .debug && mv out.debug .debug"), 0);
		assert_answers("out");

		assert_int_equal(fixture_sh("mkdir -p \"usr/lib/debug$(pwd -P)\" && "
					    "mv .debug/out.debug \"usr/lib/debug$(pwd -P)\""),
				 0);
		assert_answers("out");
		assert_int_equal(fixture_sh("mkdir way"), 0);
		assert_answers("way/../out");
	}
}

static void what_is_another_images_is_not_taken(void **state)
{
	(void)state;
	/* Another build's id. */
	make_image("-Wl,--build-id=0x" OTHER_ID);
	strip("out", "other.debug", false);
	make_image("");
	strip("out", "out.debug", true);
	assert_answers("out");
	make_image("-Wl,--build-id=0x" OTHER_ID);
	assert_int_equal(fixture_sh("objcopy --only-keep-debug out other.debug"), 0);
	link_vmlinux("-g");
	strip("out", "out.debug", true);
	assert_int_equal(fixture_sh("mv other.debug out.debug"), 0);
	assert_no_dwarf("out");

	/* Without one, its sum. */
	make_image("-Wl,--build-id=none");
	strip("out", "out.debug", true);
	assert_int_equal(fixture_sh("printf x >>out.debug"), 0);
	assert_no_dwarf("out");

	/* Of this build-id, and of other code. */
	make_image("");
	strip("out", "out.debug", true);
	link_vmlinux("-g -Wl,--section-start=.text=0xffffffff82000000");
	assert_int_equal(fixture_sh("mv out other && objcopy --only-keep-debug other out.debug"),
			 0);
	link_vmlinux("-g");
	assert_int_equal(fixture_sh("strip out && objcopy --add-gnu-debuglink=out.debug out"), 0);
	assert_no_dwarf("out");
}

static void a_link_that_makes_no_sense_leads_nowhere(void **state)
{
	static const char *const links[] = {
		"out.debug",
		"",
		"out.debug\\\\0\\\\0\\\\0",
		"../out.debug\\\\0\\\\0\\\\0\\\\0aaaa",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		make_image("");
		strip("out", "out.debug", false);
		assert_int_equal(fixture_sh("printf '%s' >link && objcopy "
					    "--add-section .gnu_debuglink=link out",
					    links[i]),
				 0);
		assert_no_dwarf("out");
	}
}

static void a_modules_is_found_too(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g");
	assert_int_equal(fixture_sh("cp %s given.ko", IN_TREE), 0);
	strip(IN_TREE, "usr/lib/debug/.build-id/fe/dcba9876543210fedcba9876543210fedcba98.debug",
	      false);
	assert_lines();

	assert_int_equal(fixture_sh("rm -r usr lib"), 0);
	strip("given.ko", "given.ko.debug", true);
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "given.ko", NULL), 0);
	assert_line(symbolizer, UNLIKELY, "unlikely", 9);
	kcov_symbolizer_close(symbolizer);

	symbolizer = open_kernel("out");
	assert_int_equal(unlink("given.ko.debug"), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "given.ko", NULL), -ENODATA);
	kcov_symbolizer_close(symbolizer);
}

/* Text that comes after what was stripped off has another number in the debug file. */
static void sections_may_have_other_numbers_in_it(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;

	(void)state;
	if (fixture_sh("command -v clang >/dev/null && command -v ld.lld >/dev/null && "
		       "command -v llvm-objcopy >/dev/null") != 0)
		lacks("clang, lld and llvm-objcopy");
	load_module();
	fixture_write("a.c", "int first(int x) { return x + 1; }\n");
	fixture_write("b.c", "__attribute__((section(\".text.unlikely\"))) int unlikely(int x)\n"
			     "{\n	return x + 2;\n}\n");
	assert_int_equal(fixture_sh("clang -g -O2 -fno-asynchronous-unwind-tables -c a.c b.c && "
				    "ld.lld -r --build-id=0x" MODULE_ID " -o whole.ko a.o b.o && "
				    "llvm-objcopy --only-keep-debug whole.ko stripped.ko.debug && "
				    "llvm-objcopy --strip-debug "
				    "--add-gnu-debuglink=stripped.ko.debug whole.ko stripped.ko"),
			 0);
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "stripped.ko", NULL), 0);
	location = look_up(symbolizer, UNLIKELY - OFFSET);
	assert_string_equal(location.symbol, "unlikely");
	assert_int_equal(location.symbol_offset, 0);
	location = look_up(symbolizer, TEXT - OFFSET);
	assert_string_equal(location.symbol, "first");
	kcov_symbolizer_close(symbolizer);
}

/* What was made of the debug file alone is of the same build-id, and does not know the points. */
static void an_index_without_points_is_built_again(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	make_image("");
	assert_int_equal(setenv("XDG_CACHE_HOME", fixture_dir, 1), 0);
	strip("out", "out.debug", true);
	assert_int_equal(kcov_symbolizer_open_image("out.debug", NULL, &symbolizer), 0);
	assert_non_null(kcov_symbolizer_index_path(symbolizer));
	kcov_symbolizer_close(symbolizer);
	assert_answers("out");
	assert_int_equal(unsetenv("XDG_CACHE_HOME"), 0);
}

static void serve(const char *id, const char *file)
{
	char *urls;

	assert_int_equal(fixture_sh("mkdir -p srv/buildid/%s && mv %s srv/buildid/%s/debuginfo", id,
				    file, id),
			 0);
	assert_true(asprintf(&urls, "file://%s/srv", fixture_dir) >= 0);
	assert_int_equal(setenv("DEBUGINFOD_URLS", urls, 1), 0);
	assert_int_equal(setenv("DEBUGINFOD_CACHE_PATH", "debuginfod", 1), 0);
	free(urls);
}

static int ask(const char *vmlinux, bool is_alone, const char *cause, struct kcov_symbolizer **ret)
{
	const struct kcov_symbolizer_opts opts = {
		.size = sizeof(opts), .vmlinux = vmlinux, .is_alone = is_alone, .debuginfod = true
	};
	struct kcov_symbolize_error *error = NULL;
	int rc = kcov_symbolizer_open(&opts, &error, ret);

	if (rc < 0 && !strstr(kcov_symbolize_error_message(error), cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, kcov_symbolize_error_message(error));
	kcov_symbolize_error_free(error);
	return rc;
}

static void *client(void)
{
	return dlopen("libdebuginfod.so.1", RTLD_NOW);
}

static void debuginfod_is_asked_if_it_may_be(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	if (!client())
		lacks("libdebuginfod.so.1");
	/* The whole image, which is not here. */
	make_image("");
	serve(FIXTURE_BUILD_ID, "out");
	assert_int_equal(ask(NULL, false, "", &symbolizer), 0);
	assert_whole(symbolizer);

	/* What was stripped off one that is. */
	make_image("");
	strip("out", "debug", false);
	serve(FIXTURE_BUILD_ID, "debug");
	assert_no_dwarf("out");
	assert_int_equal(ask("out", true, "", &symbolizer), 0);
	assert_whole(symbolizer);

	/* And a module. */
	load_module();
	compile_module("module.ko", MODULE_ID, "-g");
	serve(MODULE_ID, "module.ko");
	assert_int_equal(ask("out", false, "", &symbolizer), 0);
	assert_line(symbolizer, TEXT, "first", 7);
	/* What no server has is as what is nowhere. */
	assert_symbol(symbolizer, VFAT, "vfat_lookup");
	kcov_symbolizer_close(symbolizer);

	make_image("");
	serve(OTHER_ID, "out");
	assert_int_equal(ask(NULL, false, "no debug file of build-id " FIXTURE_BUILD_ID " at file:",
			     &symbolizer),
			 -ENOENT);
	make_image("");
	assert_int_equal(fixture_sh("strip out"), 0);
	assert_int_equal(ask("out", true, "no debug file of build-id " FIXTURE_BUILD_ID " at file:",
			     &symbolizer),
			 -ENOENT);
}

static void why_debuginfod_cannot_be_asked_is_told(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	make_kernel();
	assert_int_equal(fixture_sh("strip out"), 0);
	assert_int_equal(unsetenv("DEBUGINFOD_URLS"), 0);
	assert_int_equal(ask("out", true, "set DEBUGINFOD_URLS", &symbolizer), -EINVAL);
	assert_int_equal(setenv("DEBUGINFOD_URLS", "file:///nowhere", 1), 0);
	no_client = true;
	assert_int_equal(ask("out", true, "no libdebuginfod.so.1 here", &symbolizer), -ENOSYS);
	assert_int_equal(ask(NULL, false, "no libdebuginfod.so.1 here", &symbolizer), -ENOSYS);

	load_module();
	compile_module("stripped.ko", MODULE_ID, "");
	assert_int_equal(ask("out", false, "", &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "stripped.ko", NULL), -ENOSYS);
	kcov_symbolizer_close(symbolizer);
	no_client = false;
}

static void searching_without_memory_is_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	make_image("");
	strip("out", "out.debug", true);
	do {
		struct kcov_symbolizer *symbolizer = NULL;
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_symbolizer_open_image("out", NULL, &symbolizer);
		failed = alloc_failed();
		/* Never that there is none. */
		assert_true(rc == 0 || (rc == -ENOMEM && failed));
		failures += rc != 0;
		kcov_symbolizer_close(symbolizer);
	} while (failed);
	assert_true(failures > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_found_by_its_build_id),
		cmocka_unit_test(it_is_found_by_its_link),
		cmocka_unit_test(what_is_another_images_is_not_taken),
		cmocka_unit_test(a_link_that_makes_no_sense_leads_nowhere),
		cmocka_unit_test(a_modules_is_found_too),
		cmocka_unit_test(sections_may_have_other_numbers_in_it),
		cmocka_unit_test(an_index_without_points_is_built_again),
		cmocka_unit_test(debuginfod_is_asked_if_it_may_be),
		cmocka_unit_test(why_debuginfod_cannot_be_asked_is_told),
		cmocka_unit_test(searching_without_memory_is_enomem),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
