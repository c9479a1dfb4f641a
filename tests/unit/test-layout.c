// SPDX-License-Identifier: MIT
/* PCs that were recorded elsewhere, and how a symbolizer is opened for them. */
#include "module-fixture.h"

#include "alloc.h"

#include <errno.h>
#include <pthread.h>

static char *describe(void)
{
	char *layout = NULL;

	assert_int_equal(kcov_layout_describe(NULL, &layout), 0);
	return layout;
}

/* What load_module() loads is told in a file, and then none of it is there any more. */
static void leave_layout(void)
{
	char *layout;

	load_module();
	layout = describe();
	fixture_write("layout", layout);
	free(layout);
	assert_int_equal(fixture_sh("rm -r proc sys"), 0);
	strcpy(host.name.release, "4.19.0");
	strcpy(host.name.machine, "riscv64");
}

/* As in setup(). */
static void come_back(void)
{
	__real_kcov_host_init(&host);
	strcpy(host.name.release, "6.12.0");
	host.root = ".";
}

static struct kcov_symbolizer_opts opts_of(const char *vmlinux)
{
	return (struct kcov_symbolizer_opts){ .size = sizeof(struct kcov_symbolizer_opts),
					      .vmlinux = vmlinux,
					      .layout = "layout" };
}

static struct kcov_symbolizer *open_layout(const char *vmlinux)
{
	const struct kcov_symbolizer_opts opts = opts_of(vmlinux);
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open(&opts, NULL, &symbolizer), 0);
	return symbolizer;
}

static void assert_refused(const struct kcov_symbolizer_opts *opts, int expected, const char *cause)
{
	struct kcov_symbolizer *symbolizer = NULL;
	struct kcov_symbolize_error *error = NULL;
	const char *message;

	assert_int_equal(kcov_symbolizer_open(opts, &error, &symbolizer), expected);
	assert_null(symbolizer);
	message = kcov_symbolize_error_message(error);
	if (!strstr(message, cause))
		fail_msg("\"%s\" is not in \"%s\"", cause, message);
	assert_null(strchr(message, '\n'));
	kcov_symbolize_error_free(error);
}

static void it_says_where_all_is(void **state)
{
	char *layout, *expected;

	(void)state;
	load_module();
	layout = describe();
	assert_true(asprintf(&expected,
			     "kcov layout 1\n"
			     "release 6.12.0\n"
			     "machine %s\n"
			     "build-id " FIXTURE_BUILD_ID "\n"
			     "text 0xffffffff83000000\n"
			     "module snd_test 0xffffffffc0200000 0xffffffffc0204000 " MODULE_ID "\n"
			     "section 0xffffffffc0200000 .text\n"
			     "section 0xffffffffc0210000 .text.unlikely\n"
			     "section 0xffffffffc0220000 .data\n"
			     "section 0xffffffffc0100000 .init.text\n"
			     "module vfat 0xffffffffc0300000 0xffffffffc0301000 " OTHER_ID "\n"
			     "section 0xffffffffc0300000 .text\n"
			     "end\n",
			     host.name.machine) >= 0);
	assert_string_equal(layout, expected);
	free(expected);
	free(layout);
}

static void it_does_where_the_kernel_does_not_run(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t offset;

	(void)state;
	leave_layout();
	compile_module(IN_TREE, MODULE_ID, "-g");
	symbolizer = open_layout("out");
	assert_int_equal(kcov_symbolizer_kaslr_offset(symbolizer, &offset), 0);
	assert_int_equal(offset, OFFSET);
	assert_string_equal(look_up(symbolizer, LINK_TEXT + 0x20).symbol, "f");
	assert_line(symbolizer, TEXT, "first", 7);
	assert_line(symbolizer, UNLIKELY, "unlikely", 9);
	assert_line(symbolizer, INIT, "init", 10);
	/* Of a module without an image there is nothing. */
	assert_null(look_up(symbolizer, VFAT - OFFSET).image);
	kcov_symbolizer_close(symbolizer);
	come_back();
}

static void its_image_is_looked_for(void **state)
{
	const struct kcov_symbolizer_opts opts = opts_of(NULL);
	struct kcov_symbolizer *symbolizer;

	(void)state;
	leave_layout();
	assert_refused(&opts, -ENOENT, "layout: no image of its kernel found (6.12.0, build-id 01");
	assert_int_equal(
		fixture_sh("mkdir -p $(dirname " BUILD_ID_FILE ") && mv out " BUILD_ID_FILE), 0);
	symbolizer = open_layout(NULL);
	assert_string_equal(kcov_symbolizer_path(symbolizer), "./" BUILD_ID_FILE);
	kcov_symbolizer_close(symbolizer);
	come_back();
}

static void another_kernels_image_is_refused(void **state)
{
	const struct kcov_symbolizer_opts opts = opts_of("out");

	(void)state;
	leave_layout();
	link_vmlinux("-g -Wl,--build-id=0x" OTHER_ID);
	assert_refused(&opts, -ESTALE, "is not the layout's kernel's " FIXTURE_BUILD_ID);
	come_back();
}

static void modules_can_be_given(void **state)
{
	struct kcov_symbolizer *symbolizer;

	(void)state;
	leave_layout();
	symbolizer = open_layout("out");
	compile_module("given.ko", MODULE_ID, "-g");
	compile_module("vfat.ko", MODULE_ID, "-g");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "vfat.ko", NULL), -ESTALE);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "given.ko", NULL), 0);
	assert_line(symbolizer, TEXT, "first", 7);
	kcov_symbolizer_close(symbolizer);

	assert_int_equal(fixture_sh("sed -i '/^module vfat/s/[0-9a-f]*$/-/' layout"), 0);
	symbolizer = open_layout("out");
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "vfat.ko", NULL), -ENODATA);
	kcov_symbolizer_close(symbolizer);
	come_back();
}

/* A section cannot go on behind all addresses. */
static void sections_past_the_end_have_no_points(void **state)
{
	struct kcov_symbolizer *symbolizer;
	uint64_t points[8];

	(void)state;
	leave_layout();
	compile_module(IN_TREE, MODULE_ID, "-g -fsanitize-coverage=trace-pc");
	assert_int_equal(
		fixture_sh("sed -i 's/^section .* .text$/section 0xfffffffffffffff0 .text/' "
			   "layout"),
		0);
	symbolizer = open_layout("out");
	/* Those of .text.unlikely and .init.text remain. */
	assert_in_range(kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_PC, 0, points, 8),
			2, 7);
	assert_int_equal(
		kcov_symbolizer_points(symbolizer, "snd_test", KCOV_POINT_CMP, 0, points, 8), 0);
	kcov_symbolizer_close(symbolizer);
	come_back();
}

static void a_kernel_that_hides_addresses_has_none(void **state)
{
	struct kcov_symbolize_error *error = NULL;
	char *layout = NULL;

	(void)state;
	load_module();
	fixture_write("proc/kallsyms", "0000000000000000 T _text\n");
	assert_int_equal(kcov_layout_describe(&error, &layout), -EPERM);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "kptr_restrict"));
	kcov_symbolize_error_free(error);

	load_module();
	assert_int_equal(fixture_sh("rm sys/kernel/notes"), 0);
	assert_int_equal(kcov_layout_describe(&error, &layout), -EPERM);
	assert_non_null(strstr(kcov_symbolize_error_message(error), "build-id"));
	kcov_symbolize_error_free(error);
	assert_null(layout);
}

static void what_is_cut_off_is_refused(void **state)
{
	const struct kcov_symbolizer_opts opts = opts_of("out");
	FILE *file;
	long size;

	(void)state;
	leave_layout();
	file = fopen("layout", "r");
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	fclose(file);
	while (size--) {
		assert_int_equal(truncate("layout", size), 0);
		assert_refused(&opts, -EINVAL, size >= 14 ? "cut off or damaged" : "no layout");
	}
	come_back();
}

static void what_is_damaged_is_refused(void **state)
{
	static const char *const edits[] = {
		"/^release/d",
		"/^machine/d",
		"/^build-id/d",
		"/^text/d",
		"s/^text .*/text none/",
		"s/^text .*/text/",
		"s/^build-id .*/build-id -/",
		"s/^build-id ../build-id xx/",
		"s/^build-id ./build-id /",
		"s/^release .*/release $(printf %0100d 0)/",
		"s/^module vfat .*/module vfat 0xffffffffc0300000/",
		"s/^module vfat 0x/module vfat nowhere/",
		"s/^section .* .data/section .data/",
		"/^module/d",
		"s/^section/sections/",
		"s/^end/end\\nend/",
	};
	const struct kcov_symbolizer_opts opts = opts_of("out");

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++) {
		leave_layout();
		assert_int_equal(fixture_sh("sed -i \"%s\" layout", edits[i]), 0);
		assert_refused(&opts, -EINVAL, "layout: line ");
		come_back();
	}
	leave_layout();
	fixture_write("layout", "kcov layout 2\nend\n");
	assert_refused(&opts, -EINVAL, "layout: no layout, or of another version");
	assert_int_equal(unlink("layout"), 0);
	assert_refused(&opts, -ENOENT, "layout: No such file or directory");
	come_back();
}

static void describing_without_memory_is_enomem(void **state)
{
	size_t nth = 0, failures = 0;
	bool failed;
	char *whole;

	(void)state;
	load_module();
	whole = describe();
	do {
		char *layout = NULL;
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_layout_describe(NULL, &layout);
		failed = alloc_failed();
		assert_true(rc == 0 || (rc == -ENOMEM && failed && !layout));
		failures += rc != 0;
		/* Nothing is left out. */
		if (rc == 0)
			assert_string_equal(layout, whole);
		free(layout);
	} while (failed);
	assert_true(failures > 3);
	free(whole);
}

static void opening_without_memory_is_enomem(void **state)
{
	const struct kcov_symbolizer_opts opts = opts_of("out");
	size_t nth = 0, failures = 0, live;
	bool failed;

	(void)state;
	leave_layout();
	live = alloc_live();
	do {
		struct kcov_symbolizer *symbolizer = NULL;
		int rc;

		alloc_fail_at(++nth);
		rc = kcov_symbolizer_open(&opts, NULL, &symbolizer);
		failed = alloc_failed();
		assert_true(rc == 0 || (rc == -ENOMEM && failed));
		failures += rc != 0;
		kcov_symbolizer_close(symbolizer);
		assert_int_equal(alloc_live(), live);
	} while (failed);
	assert_true(failures > 3);
	come_back();
}

static void options_that_make_no_sense_are_refused(void **state)
{
	struct {
		struct kcov_symbolizer_opts opts;
		size_t later;
	} newer = { .opts = { .size = sizeof(newer), .vmlinux = "out" }, .later = 1 };
	struct kcov_symbolizer_opts opts = { .size = 1 };

	(void)state;
	make_kernel();
	assert_refused(&opts, -EINVAL, "its size is not set");
	assert_refused(&newer.opts, -E2BIG, "that this version does not know");
	opts = (struct kcov_symbolizer_opts){ .size = sizeof(opts), .is_alone = true };
	assert_refused(&opts, -EINVAL, "needs a path, and no layout");
	opts.vmlinux = "out";
	opts.layout = "layout";
	assert_refused(&opts, -EINVAL, "needs a path, and no layout");
}

static void without_options_it_is_the_running_kernels(void **state)
{
	struct kcov_symbolizer *symbolizer = NULL;

	(void)state;
	make_kernel();
	assert_int_equal(
		fixture_sh("mkdir -p $(dirname " BUILD_ID_FILE ") && mv out " BUILD_ID_FILE), 0);
	assert_int_equal(kcov_symbolizer_open(NULL, NULL, &symbolizer), 0);
	assert_string_equal(kcov_symbolizer_path(symbolizer), "./" BUILD_ID_FILE);
	kcov_symbolizer_close(symbolizer);
}

struct heard {
	const char *path;
	unsigned int n;
	unsigned int percent;
	pthread_t thread;
};

static void hear(void *context, const char *path, unsigned int percent)
{
	struct heard *heard = context;

	assert_string_equal(path, heard->path);
	assert_true(percent > heard->percent && percent <= 100);
	assert_true(pthread_equal(pthread_self(), heard->thread));
	heard->percent = percent;
	heard->n++;
}

static void link_units(unsigned int n)
{
	make_kernel();
	assert_int_equal(
		fixture_sh("for i in $(seq %u); do echo \"int f$i(int x) { return x + $i; }\" "
			   ">unit$i.c; done",
			   n),
		0);
	link_vmlinux("-g unit*.c");
}

/* What is heard while "out" is opened. */
static struct heard open_and_hear(void)
{
	struct heard heard = { .path = "out", .thread = pthread_self() };
	const struct kcov_symbolizer_opts opts = { .size = sizeof(opts),
						   .vmlinux = "out",
						   .is_alone = true,
						   .progress = hear,
						   .context = &heard };
	struct kcov_symbolizer *symbolizer = NULL;

	assert_int_equal(kcov_symbolizer_open(&opts, NULL, &symbolizer), 0);
	kcov_symbolizer_close(symbolizer);
	return heard;
}

static void progress_is_told_while_an_index_is_built(void **state)
{
	struct heard heard;

	(void)state;
	link_units(20);
	assert_int_equal(setenv("XDG_CACHE_HOME", fixture_dir, 1), 0);
	heard = open_and_hear();
	assert_int_equal(heard.percent, 100);
	/* Each unit, and what comes then. */
	assert_in_range(heard.n, 22, 25);
	/* And not when it is there. */
	assert_int_equal(open_and_hear().n, 0);
	assert_int_equal(unsetenv("XDG_CACHE_HOME"), 0);

	/* Others may have read all of these. */
	link_units(99);
	heard = open_and_hear();
	assert_int_equal(heard.percent, 100);
	assert_true(heard.n >= 2);
}

static void progress_is_told_of_modules_too(void **state)
{
	struct heard heard = { .path = "./" IN_TREE, .thread = pthread_self() };
	struct kcov_symbolizer_opts opts = opts_of("out");
	struct kcov_symbolizer *symbolizer;

	(void)state;
	leave_layout();
	compile_module(IN_TREE, MODULE_ID, "-g");
	compile_module("given.ko", MODULE_ID, "-g");
	assert_int_equal(setenv("XDG_CACHE_HOME", fixture_dir, 1), 0);
	kcov_symbolizer_close(open_layout("out"));
	opts.progress = hear;
	opts.context = &heard;
	assert_int_equal(kcov_symbolizer_open(&opts, NULL, &symbolizer), 0);
	assert_int_equal(heard.n, 0);
	assert_line(symbolizer, TEXT, "first", 7);
	assert_int_equal(heard.percent, 100);
	kcov_symbolizer_close(symbolizer);

	assert_int_equal(fixture_sh("rm kcov/" MODULE_ID "*"), 0);
	heard = (struct heard){ .path = "given.ko", .thread = pthread_self() };
	assert_int_equal(kcov_symbolizer_open(&opts, NULL, &symbolizer), 0);
	assert_int_equal(kcov_symbolizer_add_module(symbolizer, "given.ko", NULL), 0);
	assert_int_equal(heard.percent, 100);
	kcov_symbolizer_close(symbolizer);
	assert_int_equal(unsetenv("XDG_CACHE_HOME"), 0);
	come_back();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_where_all_is),
		cmocka_unit_test(it_does_where_the_kernel_does_not_run),
		cmocka_unit_test(its_image_is_looked_for),
		cmocka_unit_test(another_kernels_image_is_refused),
		cmocka_unit_test(modules_can_be_given),
		cmocka_unit_test(sections_past_the_end_have_no_points),
		cmocka_unit_test(a_kernel_that_hides_addresses_has_none),
		cmocka_unit_test(what_is_cut_off_is_refused),
		cmocka_unit_test(what_is_damaged_is_refused),
		cmocka_unit_test(describing_without_memory_is_enomem),
		cmocka_unit_test(opening_without_memory_is_enomem),
		cmocka_unit_test(options_that_make_no_sense_are_refused),
		cmocka_unit_test(without_options_it_is_the_running_kernels),
		cmocka_unit_test(progress_is_told_while_an_index_is_built),
		cmocka_unit_test(progress_is_told_of_modules_too),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
