// SPDX-License-Identifier: MIT
/* What an image shows of how it was built. */
#include "module-fixture.h"

#include "alloc.h"
#include "image/build.h"
#include "image/debug-file.h"

#include <errno.h>

/* "out", of which the compiler says nothing but what is in comments: assembler's strings. */
static void make_image(const char *symbols, const char *comments)
{
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	assert_int_equal(fixture_sh("{ echo '.text'; for symbol in %s; do "
				    "echo \".globl $symbol\"; echo \"$symbol: ret\"; done; "
				    "echo '.section .comment, \"MS\", %%progbits, 1'; "
				    "for comment in %s; do echo \".string \\\"$comment\\\"\"; "
				    "done; } >image.s",
				    symbols, comments),
			 0);
	fixture_link("-g image.s");
}

static uint16_t build_of(int (*open)(const char *path, struct kcov_symbolize_error **error,
				     struct kcov_image **ret),
			 const char *path)
{
	struct kcov_image *image = NULL;
	uint16_t build;

	assert_int_equal(open(path, NULL, &image), 0);
	build = kcov_build_read(image);
	kcov_image_close(image);
	return build;
}

static void comments_name_compilers(void **state)
{
	static const struct {
		const char *comments;
		unsigned int build;
	} all[] = {
		{ "'GCC: (Debian 12.2.0-14) 12.2.0'", KCOV_BUILD_GCC },
		{ "'clang version 22.0.0' 'Linker: LLD 22.0.0'", KCOV_BUILD_CLANG },
		{ "'Debian clang version 14.0.6'", KCOV_BUILD_CLANG },
		{ "'Linker: LLD 14.0.6' 'rustc version 1.85.0'", 0 },
		{ "'GCC: (GNU) 14' 'clang version 19.1.7 (++2025)'",
		  KCOV_BUILD_GCC | KCOV_BUILD_CLANG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		make_image("f", all[i].comments);
		assert_int_equal(build_of(kcov_image_open, "out"),
				 KCOV_BUILD_SYMBOLS | all[i].build);
	}
}

static void symbols_name_callbacks(void **state)
{
	static const struct {
		const char *symbols;
		unsigned int build;
	} all[] = {
		{ "f", 0 },
		{ "f __sanitizer_cov_trace_pc", KCOV_BUILD_PC_CALLBACKS },
		{ "__sanitizer_cov_trace_const_cmp4", KCOV_BUILD_CMP_CALLBACKS },
		/* Those that nobody has heard of, too. */
		{ "__sanitizer_cov_trace_blocks", KCOV_BUILD_PC_CALLBACKS },
		/* What is made of it is not it. */
		{ "__pfx___sanitizer_cov_trace_pc", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		make_image(all[i].symbols, "");
		assert_int_equal(build_of(kcov_image_open, "out"),
				 KCOV_BUILD_SYMBOLS | all[i].build);
	}
}

static void a_module_names_what_it_asks_for(void **state)
{
	(void)state;
	assert_int_equal(fixture_sh("rm -rf ./*"), 0);
	fixture_write("image.s", ".text\nf: ret\n.quad __sanitizer_cov_trace_pc\n");
	assert_int_equal(fixture_sh("as -g -o object.o image.s && "
				    "ld -r --build-id=0x" FIXTURE_BUILD_ID " -o out.ko object.o"),
			 0);
	assert_int_equal(build_of(kcov_image_open_module, "out.ko"),
			 KCOV_BUILD_SYMBOLS | KCOV_BUILD_PC_CALLBACKS);
}

static void what_was_stripped_off_shows_it_too(void **state)
{
	struct kcov_image *image = NULL;

	(void)state;
	make_image("__sanitizer_cov_trace_pc", "'GCC: (GNU) 14'");
	assert_int_equal(fixture_sh("objcopy --only-keep-debug out out.debug && "
				    "strip -s -R .comment out && "
				    "objcopy --add-gnu-debuglink=out.debug out"),
			 0);
	assert_int_equal(build_of(kcov_image_open, "out"), 0);
	assert_int_equal(kcov_image_open("out", NULL, &image), 0);
	assert_int_equal(kcov_debug_file_require(&host, image, NULL), 0);
	assert_int_equal(kcov_build_read(image),
			 KCOV_BUILD_SYMBOLS | KCOV_BUILD_PC_CALLBACKS | KCOV_BUILD_GCC);
	kcov_image_close(image);
}

static void a_module_that_is_loaded_shows_it(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;

	(void)state;
	load_module();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	do {
		struct kcov_symbolizer *symbolizer = open_kernel("out");
		int build;

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
}

static void what_has_no_image_shows_nothing(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	load_module();
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
		cmocka_unit_test(comments_name_compilers),
		cmocka_unit_test(symbols_name_callbacks),
		cmocka_unit_test(a_module_names_what_it_asks_for),
		cmocka_unit_test(what_was_stripped_off_shows_it_too),
		cmocka_unit_test(a_module_that_is_loaded_shows_it),
		cmocka_unit_test(what_has_no_image_shows_nothing),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
