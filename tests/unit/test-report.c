// SPDX-License-Identifier: MIT
/* What kcovctl writes of records whose places are known. */
#include "kernel-fixture.h"

#include "alloc.h"
#include "coverage/all-points.h"
#include "coverage/denominators.h"
#include "render/formats.h"
#include "render/header.h"

#include <sys/resource.h>
#include <unistd.h>

static struct denominators denominators;
static bool with_points;

/* What a report says, to be freed. */
static char *render(const char *format, const char *vmlinux, const uint64_t *pcs, size_t n)
{
	struct places places = { .symbolizer = open_kernel(vmlinux) };
	const struct report report = {
		.command = "true",
		.pid = 42,
		.records = { .kind = kcov_record_kind(KCOV_MODE_PC), .records = pcs, .count = n },
		.capacity = 100,
		.places = &places,
		.denominators = with_points ? &denominators : NULL,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(formats_find(format)->write(&report, out), 0);
	assert_int_equal(fclose(out), 0);
	denominators_fini(&denominators);
	places_fini(&places);
	kcov_symbolizer_close(places.symbolizer);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not there: %s\n%s", part, text);
}

/* A kernel with two calls that record. */
static void make_traced_kernel(uint64_t points[2])
{
	struct kcov_symbolizer *symbolizer;

	make_kernel();
	fixture_write("traced.s", ".section .init.text, \"ax\"\n"
				  ".globl __sanitizer_cov_trace_pc\n"
				  "__sanitizer_cov_trace_pc:\n"
				  ".ifdef __aarch64__\n"
				  "bl __sanitizer_cov_trace_pc\nbl __sanitizer_cov_trace_pc\n"
				  ".else\n"
				  "call __sanitizer_cov_trace_pc\ncall __sanitizer_cov_trace_pc\n"
				  ".endif\n");
	link_vmlinux("-g traced.s");
	symbolizer = open_kernel("out");
	assert_int_equal(kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, 0, points, 2), 2);
	kcov_symbolizer_close(symbolizer);
}

/* A few of them are nothing special, most of them are another kernel's. */
static void what_is_behind_no_coverage_point_is_told(void **state)
{
	uint64_t pcs[5];
	char *text;

	(void)state;
	make_traced_kernel(pcs);
	pcs[2] = pcs[3] = LINK_TEXT + 0x24;
	text = render("functions", "out", pcs, 4);
	assert_null(strstr(text, "not behind"));
	free(text);
	pcs[1] = LINK_TEXT + 0x25;
	text = render("trace", "out", pcs, 4);
	assert_has(text, "# 2 of 3 unique addresses are not behind coverage points: recorded by "
			 "another kernel than this image is of, in modules (KASLR can move their "
			 "PCs here), or by a callback that kcovctl does not know?\n");
	free(text);
}

/* As syzkaller has them; one of the two is a point, too, since the calls are side by side. */
static void what_was_moved_to_the_calls_is_told(void **state)
{
	const uint64_t size = strcmp(host.name.machine, "x86_64") == 0 ? 5 : 4;
	uint64_t pcs[2];
	char *text;

	(void)state;
	make_traced_kernel(pcs);
	pcs[0] -= size;
	text = render("functions", "out", pcs, 1);
	assert_has(text, "# 1 of 1 unique addresses are not behind coverage points: most are where "
			 "the calls begin; did another tool move them there?\n");
	free(text);
	pcs[1] -= size;
	text = render("functions", "out", pcs, 2);
	assert_null(strstr(text, "not behind"));
	free(text);
}

static void what_cannot_be_answered_is_told(void **state)
{
	const uint64_t pcs[] = { LINK_TEXT + 0x21 };
	char *text;

	(void)state;
	make_kernel();
	fixture_write("other.c", "__attribute__((section(\".init.text\"))) int other(int x)\n"
				 "{\n\treturn x;\n}\n");
	link_vmlinux("-g other.c");
	text = render("functions", "out", pcs, 1);
	assert_has(text, "source.c:");
	assert_null(strstr(text, "cannot be read"));
	free(text);
	/* That of source.c. */
	fixture_damage_function(0);
	text = render("functions", "out", pcs, 1);
	assert_has(text,
		   "# 1 unique addresses are in text whose DWARF cannot be read: out: source.c: "
		   "a DIE has no abbreviation\n");
	assert_has(text, "  f\n");
	free(text);
}

/* As clang says of code that it moved. */
static void a_line_that_is_not_known_is_no_line(void **state)
{
	const uint64_t pcs[] = { LINK_TEXT + 0x02 };
	char *text;

	(void)state;
	make_kernel();
	/* gas has no line 0. */
	if (fixture_sh("command -v clang >/dev/null") != 0)
		lacks("clang");
	fixture_write("moved.c",
		      "void _text(void)\n{\n\t__asm__(\".loc 0 0\\n\\tnop\\n\\tnop\");\n}\n");
	assert_true(fixture_link_with("clang -gdwarf-5",
				      "-fno-asynchronous-unwind-tables "
				      "-Wl,--section-start=.text=0xffffffff81000000 moved.c"));
	text = render("functions", "out", pcs, 1);
	assert_has(text, "      moved.c:?\n");
	free(text);
	text = render("trace", "out", pcs, 1);
	assert_has(text, " at moved.c:?\n");
	free(text);
}

/* They are against all that is there, whether it ran or not. */
static void coverage_points_are_counted_if_asked_for(void **state)
{
	uint64_t points[2], pcs[3];
	char *text;

	(void)state;
	make_traced_kernel(points);
	pcs[0] = pcs[1] = points[0];
	/* What is no point is a PC all the same. */
	pcs[2] = LINK_TEXT + 0x24;
	with_points = true;
	text = render("functions", "out", pcs, 3);
	with_points = false;
	assert_has(text, "# of: how many coverage points there are, 2 in all in what ran\n"
			 "    PCs      of     hits  function, and where in it\n");
	assert_has(text, "      1       2        2  __sanitizer_cov_trace_pc\n");
	assert_has(text, "      1       1        2      traced.s:");
	assert_has(text, "      1       -        1  f\n");
	free(text);
}

/* Whatever compiles the rest. */
static void points_that_clang_leaves_out_are_told(void **state)
{
	static const char line[] = "# compiled by clang, which leaves out coverage points that "
				   "others imply (see kcovctl doctor)\n";
	const uint64_t pc = LINK_TEXT + 0x24;
	char *text;

	(void)state;
	make_kernel();
	assert_int_equal(fixture_sh("objcopy -R .comment out"), 0);
	text = render("functions", "out", &pc, 1);
	assert_null(strstr(text, "clang"));
	free(text);
	assert_int_equal(fixture_sh("printf 'Debian clang version 19.1.7\\0' >comment && objcopy "
				    "--add-section .comment=comment out"),
			 0);
	text = render("functions", "out", &pc, 1);
	assert_has(text, line);
	free(text);
}

static void compilers_choose_points(void **state)
{
	(void)state;
	assert_has(points_by_compiler(KCOV_BUILD_CLANG | KCOV_BUILD_GCC),
		   "-mllvm -sanitizer-coverage-prune-blocks=0");
	assert_has(points_by_compiler(KCOV_BUILD_GCC), "gcc");
	assert_has(points_by_compiler(KCOV_BUILD_SYMBOLS), "does not show");
}

static void functions_of_one_name_in_two_modules_are_two(void **state)
{
	const uint64_t pcs[] = { 0xffffffffc0200001 - OFFSET, 0xffffffffc0300001 - OFFSET };
	char *text;

	(void)state;
	make_kernel();
	fixture_write("proc/modules", "one 4096 0 - Live 0xffffffffc0200000\n"
				      "two 4096 0 - Live 0xffffffffc0300000\n");
	fixture_write("proc/kallsyms", "ffffffff83000000 T _text\n"
				       "ffffffffc0200000 t start\t[one]\n"
				       "ffffffffc0300000 t start\t[two]\n");
	text = render("functions", "out", pcs, 2);
	assert_has(text, "2 functions");
	assert_has(text, "      1        1  start [one]\n");
	assert_has(text, "      1        1  start [two]\n");
	free(text);
}

/* A record more costs the memory of a record, and no more: places are kept once. */
static void a_long_trace_takes_little_memory(void **state)
{
	enum {
		RECORDS = 1 << 20
	};
	uint64_t *pcs = calloc(RECORDS, sizeof(*pcs));
	struct places places = { 0 };
	const struct report report = { .command = "true",
				       .places = &places,
				       .records = { .kind = kcov_record_kind(KCOV_MODE_PC),
						    .records = pcs,
						    .count = RECORDS } };
	FILE *out = fopen("/dev/null", "w");
	struct rlimit before, now;
	long pages = 0;
	FILE *statm;

	(void)state;
	assert_non_null(pcs);
	assert_non_null(out);
	make_kernel();
	for (size_t i = 0; i < RECORDS; i++)
		pcs[i] = LINK_TEXT + 0x20 + i % 8;
	places.symbolizer = open_kernel("out");
	statm = fopen("/proc/self/statm", "r");
	assert_int_equal(fscanf(statm, "%ld", &pages), 1);
	fclose(statm);
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	now = before;
	now.rlim_cur = (rlim_t)(pages * sysconf(_SC_PAGESIZE)) + RECORDS;
	assert_int_equal(setrlimit(RLIMIT_AS, &now), 0);
	assert_int_equal(formats_find("trace")->write(&report, out), 0);
	assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
	places_fini(&places);
	kcov_symbolizer_close(places.symbolizer);
	fclose(out);
	free(pcs);
}

/* Equal ones of a place are one line, and what is none of theirs is left out and counted. */
static void comparisons_are_counted_where_they_were_made(void **state)
{
	static const uint64_t records[] = {
		7, 0x10, 0x20, LINK_TEXT + 0x21, 2,  1, 2, LINK_TEXT + 0x22,
		7, 0x10, 0x20, LINK_TEXT + 0x21, 99, 0, 0, 0,
	};
	const size_t live = alloc_live();
	struct places places = {};
	const struct report report = {
		.command = "true",
		.records = { .kind = kcov_record_kind(KCOV_MODE_CMP),
			     .records = records,
			     .count = 4 },
		.places = &places,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	make_kernel();
	places.symbolizer = open_kernel("out");
	assert_non_null(out);
	assert_int_equal(formats_find("functions")->write(&report, out), 0);
	assert_int_equal(fclose(out), 0);
	places_fini(&places);
	kcov_symbolizer_close(places.symbolizer);
	assert_int_equal(alloc_live(), live);
	assert_has(text, "# 1 records are no comparisons and left out");
	assert_has(text, "        3      source.c:3\n"
			 "               2          8 bytes, constant 0x10 with 0x20\n"
			 "               1          2 bytes, 0x1 with 0x2\n");
	free(text);
}

/* What a header says about what may be missing. */
static void assert_completeness(const struct report *report, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	report_write_completeness(report, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void what_may_be_missing_is_told(void **state)
{
	struct event event = { .kind = EVENT_REMOTE };
	struct report report = { .capacity = 100 };

	(void)state;
	assert_completeness(&report, "complete");
	report.drain_doubts = KCOV_DRAIN_FULL | KCOV_DRAIN_OVERWRITTEN;
	assert_completeness(&report,
			    "a buffer was full before it could be emptied, so that some may "
			    "be missing; run again with a larger --capacity than 100");
	report.drain_doubts = KCOV_DRAIN_OVERWRITTEN;
	assert_completeness(&report, "a buffer was half full before it could be emptied, so that "
				     "some may be missing, or there twice; run again with a larger "
				     "--capacity than 100");
	report = (struct report){ .capacity = 100, .records.full = true };
	assert_completeness(&report, "buffer full after 100 entries: what came later is not shown; "
				     "run again with a larger --capacity");
	report = (struct report){ .event = &event };
	assert_completeness(&report, "complete but for what still runs");
}

/* Words of it are all that is known, and which of them is the address. */
static void records_of_a_kind_without_a_decoder_are_written_by_their_words(void **state)
{
	static const struct kcov_record_kind edge = {
		.name = "edge", .mode = (enum kcov_mode)7, .words = 2, .address = 1
	};
	static const uint64_t edges[] = { 0x2a, LINK_TEXT, 0x2b, LINK_TEXT + 0x20 };
	struct places places = { 0 };
	const struct report report = {
		.command = "true",
		.records = { .kind = &edge, .records = edges, .count = 2 },
		.places = &places,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	make_kernel();
	places.symbolizer = open_kernel("out");
	assert_int_equal(formats_find("functions")->write(&report, out), 0);
	assert_int_equal(formats_find("raw")->write(&report, out), 0);
	assert_int_equal(formats_find("json")->write(&report, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_has(text, "0xffffffff81000000 0x2a\n0xffffffff81000020 0x2b\n");
	assert_has(text, "\"mode\":\"edge\",\"complete\":true,\"capacity\":0,\"edges\":["
			 "[\"0x2a\",\"0xffffffff81000000\"],[\"0x2b\",\"0xffffffff81000020\"]]}\n");
	assert_has(text, "2 records, 2 unique places, ");
	free(text);
	places_fini(&places);
	kcov_symbolizer_close(places.symbolizer);
}

/* As messages and help name them. */
static void formats_are_found_and_named_by_what_they_can(void **state)
{
	char names[64];

	(void)state;
	assert_string_equal(formats_find(NULL)->name, "summary");
	assert_string_equal(formats_find("raw")->name, "raw");
	assert_null(formats_find("xml"));
	assert_int_equal(formats_name(0, "or", names, sizeof(names)), 5);
	assert_string_equal(names, "summary, functions, trace, raw or json");
	assert_int_equal(formats_name(FORMAT_CMPS, "and", names, sizeof(names)), 4);
	assert_string_equal(names, "functions, trace, raw and json");
	assert_int_equal(formats_name(FORMAT_BY_SYSCALL, "and", names, sizeof(names)), 2);
	assert_string_equal(names, "functions and json");
	assert_int_equal(formats_name(FORMAT_POINTS, "and", names, sizeof(names)), 1);
	assert_string_equal(names, "functions");
	assert_int_equal(formats_name(FORMAT_POINTS | FORMAT_FRAMES, "and", names, sizeof(names)),
			 0);
	assert_string_equal(names, "");
	/* What there is no room for is cut. */
	assert_int_equal(formats_name(0, "or", names, 10), 2);
	assert_string_equal(names, "summary, ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_behind_no_coverage_point_is_told),
		cmocka_unit_test(what_cannot_be_answered_is_told),
		cmocka_unit_test(a_line_that_is_not_known_is_no_line),
		cmocka_unit_test(what_was_moved_to_the_calls_is_told),
		cmocka_unit_test(coverage_points_are_counted_if_asked_for),
		cmocka_unit_test(points_that_clang_leaves_out_are_told),
		cmocka_unit_test(compilers_choose_points),
		cmocka_unit_test(functions_of_one_name_in_two_modules_are_two),
		cmocka_unit_test(a_long_trace_takes_little_memory),
		cmocka_unit_test(formats_are_found_and_named_by_what_they_can),
		cmocka_unit_test(records_of_a_kind_without_a_decoder_are_written_by_their_words),
		cmocka_unit_test(comparisons_are_counted_where_they_were_made),
		cmocka_unit_test(what_may_be_missing_is_told),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
