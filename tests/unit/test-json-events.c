// SPDX-License-Identifier: MIT
#include "kernel-fixture.h"

#include "alloc.h"
#include "render/event-writer.h"
#include "render/formats.h"

#include <errno.h>
#include <inttypes.h>

/* What each line of an event begins with. */
#define START "{\"version\":2,\"kind\":"
#define TASK "\"pid\":10,\"tid\":11,\"start\":1700000000.000001"

static const struct event between = {
	.kind = EVENT_BETWEEN,
	.pid = 10,
	.tid = 11,
	.start = { .tv_sec = 1700000000, .tv_nsec = 1999 },
	.is_covered = true,
};

static const struct event call = {
	.kind = EVENT_CALL,
	.pid = 10,
	.tid = 11,
	.start = { .tv_sec = 1700000000, .tv_nsec = 1999 },
	.is_covered = true,
	.has_call = true,
	.arch_name = "x86_64",
	.name = "read",
	.args = { 3, 0x7fff00001000, 16, 0, UINT64_MAX, 0 },
	.result = 16,
};

#define ARGS "\"args\":[\"0x3\",\"0x7fff00001000\",\"0x10\",\"0x0\",\"0xffffffffffffffff\",\"0x0\"]"

/* Its address is where it is, in an image of which nothing else is known. */
static int make_place(void *context, struct place *place)
{
	const struct kcov_location location = { .image = "a", .offset = place->address };

	(void)context;
	place->text = formats_find("json")->place(&location, true);
	return place->text ? 0 : -ENOMEM;
}

static int write_event(const struct event *event, struct places *places, bool with_frames,
		       FILE *out)
{
	struct event_writer writer = { .report.places = places,
				       .with_frames = with_frames,
				       .out = out };
	const struct sink sink = formats_find("json")->events(&writer);

	return sink.event(sink.context, event);
}

/* The line of an event, to be freed. */
static char *line_of(const struct event *event, bool with_frames)
{
	struct places places = { .make = make_place };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(write_event(event, &places, with_frames, out), 0);
	/* It was written out at once. */
	assert_int_equal(strlen(text), size);
	assert_int_equal(text[size - 1], '\n');
	assert_int_equal(fclose(out), 0);
	places_fini(&places);
	return text;
}

static void assert_line(const struct event *event, bool with_frames, const char *expected)
{
	char *text = line_of(event, with_frames);

	assert_string_equal(text, expected);
	free(text);
}

static struct event event_with(const struct event *event, const uint64_t *pcs, size_t n)
{
	struct event ret = *event;

	ret.records = (struct kcov_records){ .kind = kcov_record_kind(KCOV_MODE_PC),
					     .records = pcs,
					     .count = n };
	return ret;
}

static void a_call_has_its_arguments_its_result_and_its_pcs(void **state)
{
	static const uint64_t pcs[] = { 0x1, 0xffffffff81000000, 0x1 };
	const struct event event = event_with(&call, pcs, 3);

	(void)state;
	assert_line(&event, false,
		    START "\"call\"," TASK
			  ",\"arch\":\"x86_64\",\"name\":\"read\",\"number\":0," ARGS
			  ",\"result\":16,\"covered\":true,\"complete\":true,"
			  "\"pcs\":[\"0x0000000000000001\",\"0xffffffff81000000\","
			  "\"0x0000000000000001\"],"
			  "\"at\":[\"a+0x1\",\"a+0xffffffff81000000\",\"a+0x1\"]}\n");
}

static void a_call_without_a_name_has_its_number(void **state)
{
	struct event event = event_with(&call, NULL, 0);

	(void)state;
	event.name = NULL;
	event.number = UINT64_MAX;
	assert_line(&event, false,
		    START "\"call\"," TASK
			  ",\"arch\":\"x86_64\",\"number\":18446744073709551615," ARGS
			  ",\"result\":16,\"covered\":true,\"complete\":true,"
			  "\"pcs\":[],\"at\":[]}\n");
	event.arch_name = NULL;
	event.number = 1000;
	assert_line(&event, false,
		    START "\"call\"," TASK ",\"number\":1000," ARGS ",\"result\":16,"
			  "\"covered\":true,\"complete\":true,\"pcs\":[],\"at\":[]}\n");
}

static void an_error_has_its_name_if_it_has_one(void **state)
{
	static const struct {
		int64_t result;
		bool is_error;
		const char *expected;
	} results[] = {
		{ 0, false, ",\"result\":0,\"covered\"" },
		{ -ENOENT, true, ",\"result\":-2,\"errno\":\"ENOENT\",\"covered\"" },
		{ -ENOENT, false, ",\"result\":-2,\"covered\"" },
		/* ERESTARTSYS, which is the kernel's own. */
		{ -512, true, ",\"result\":-512,\"covered\"" },
		{ INT64_MIN, false, ",\"result\":-9223372036854775808,\"covered\"" },
		{ INT64_MAX, false, ",\"result\":9223372036854775807,\"covered\"" },
	};
	struct event event = event_with(&call, NULL, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		char *text;

		event.result = results[i].result;
		event.is_error = results[i].is_error;
		text = line_of(&event, false);
		if (!strstr(text, results[i].expected))
			fail_msg("not there: %s\n%s", results[i].expected, text);
		free(text);
	}
}

static void what_is_between_calls_has_none(void **state)
{
	static const uint64_t pc = 0x2;
	struct event event = event_with(&between, &pc, 1);

	(void)state;
	event.start.tv_nsec = 999999999;
	assert_line(&event, false,
		    START "\"between\",\"pid\":10,\"tid\":11,\"start\":1700000000.999999,"
			  "\"covered\":true,\"complete\":true,"
			  "\"pcs\":[\"0x0000000000000002\"],\"at\":[\"a+0x2\"]}\n");
}

static void an_end_in_a_call_has_no_result(void **state)
{
	struct event event = event_with(&call, NULL, 0);

	(void)state;
	event.kind = EVENT_EXIT;
	event.is_covered = false;
	assert_line(&event, false,
		    START "\"exit\"," TASK
			  ",\"arch\":\"x86_64\",\"name\":\"read\",\"number\":0," ARGS
			  ",\"covered\":false,\"complete\":true,"
			  "\"pcs\":[],\"at\":[]}\n");
	event.has_call = false;
	assert_line(&event, false,
		    START "\"exit\"," TASK ",\"covered\":false,\"complete\":true,"
			  "\"pcs\":[],\"at\":[]}\n");
}

static void what_was_full_is_not_complete(void **state)
{
	struct event event = event_with(&between, NULL, 0);

	(void)state;
	event.records.full = true;
	assert_line(&event, false,
		    START "\"between\"," TASK ",\"covered\":true,\"complete\":false,"
			  "\"pcs\":[],\"at\":[]}\n");
	event.records.kind = kcov_record_kind(KCOV_MODE_CMP);
	event.records.full = false;
	assert_line(&event, false,
		    START "\"between\"," TASK ",\"covered\":true,\"complete\":true,"
			  "\"cmps\":[],\"at\":[]}\n");
	event.records.full = true;
	assert_line(&event, false,
		    START "\"between\"," TASK ",\"covered\":true,\"complete\":false,"
			  "\"cmps\":[],\"at\":[]}\n");
}

static void damaged_comparisons_are_left_out_everywhere(void **state)
{
	/* The first, the third and the last say of themselves what no comparison does. */
	static const uint64_t records[][4] = {
		{ UINT64_MAX, 1, 2, 0x3 }, { 1, 0x2a, UINT64_MAX, 0x4 }, { 8, 1, 2, 0x5 },
		{ 6, 0, 0x10, 0x6 },       { 1 << 8, 1, 2, 0x7 },
	};
	struct event event = event_with(&between, records[0], 5);

	(void)state;
	event.records.kind = kcov_record_kind(KCOV_MODE_CMP);
	assert_line(&event, true,
		    START "\"between\"," TASK ",\"covered\":true,\"complete\":true,\"cmps\":["
			  "{\"ip\":\"0x0000000000000004\",\"size\":1,\"const\":true,"
			  "\"arg1\":\"0x2a\",\"arg2\":\"0xffffffffffffffff\"},"
			  "{\"ip\":\"0x0000000000000006\",\"size\":8,\"const\":false,"
			  "\"arg1\":\"0x0\",\"arg2\":\"0x10\"}],"
			  "\"at\":[\"a+0x4\",\"a+0x6\"],\"frames\":[[],[]]}\n");
}

/* More than there is room for at once. */
static void many_pcs_are_written_whole(void **state)
{
	enum {
		MANY = 20000
	};
	static uint64_t pcs[MANY];
	const struct event event = event_with(&between, pcs, MANY);
	char *expected = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&expected, &size);

	(void)state;
	assert_non_null(out);
	fputs(START "\"between\"," TASK ",\"covered\":true,\"complete\":true,\"pcs\":[", out);
	for (size_t i = 0; i < MANY; i++) {
		pcs[i] = i * 7 + 1;
		fprintf(out, "%s\"0x%016zx\"", i ? "," : "", i * 7 + 1);
	}
	fputs("],\"at\":[", out);
	for (size_t i = 0; i < MANY; i++)
		fprintf(out, "%s\"a+0x%zx\"", i ? "," : "", i * 7 + 1);
	fputs("],\"frames\":[", out);
	for (size_t i = 0; i < MANY; i++)
		fputs(i ? ",[]" : "[]", out);
	fputs("]}\n", out);
	assert_int_equal(fclose(out), 0);
	assert_line(&event, true, expected);
	free(expected);
}

/* What a place is, and, behind that, its frames; NULL: nothing is asked about them. */
static void assert_place(const struct kcov_location *location, const char *at, const char *frames)
{
	char *text = formats_find("json")->place(location, frames);

	assert_non_null(text);
	assert_string_equal(text, at);
	if (frames)
		assert_string_equal(text + strlen(text) + 1, frames);
	free(text);
}

static void a_place_is_an_offset_in_an_image(void **state)
{
	const struct kcov_location nowhere = { .address = 42 };
	const struct kcov_location far = { .image = "vfat", .offset = UINT64_MAX, .symbol = "f" };

	(void)state;
	assert_place(&nowhere, "null", NULL);
	assert_place(&nowhere, "null", "[]");
	assert_place(&far, "\"vfat+0xffffffffffffffff\"", NULL);
	assert_place(&far, "\"vfat+0xffffffffffffffff\"", "[{\"function\":\"f\"}]");
}

static void frames_are_those_of_the_symbolizer_innermost_first(void **state)
{
	struct kcov_symbolizer *symbolizer;
	struct kcov_location location;
	struct kcov_frame frames[8];
	char *expected, at[32];

	(void)state;
	make_kernel();
	fixture_write("inlined.c",
		      "static inline __attribute__((always_inline)) int in(volatile int *x)\n"
		      "{ return *x + 1; }\n"
		      "int outer(volatile int *x)\n"
		      "{ return in(x); }\n");
	link_vmlinux("-g inlined.c");
	symbolizer = open_kernel("out");
	location = look_up(symbolizer, LINK_TEXT);
	assert_int_equal(frames_of(&location, frames), 2);
	assert_true(asprintf(&expected,
			     "[{\"line\":2,\"column\":%u,\"function\":\"in\",\"file\":\"%s\","
			     "\"path\":\"%s\"},{\"line\":4,\"column\":%u,\"function\":\"outer\","
			     "\"file\":\"%s\",\"path\":\"%s\"}]",
			     frames[0].column, frames[0].file, frames[0].path, frames[1].column,
			     frames[1].file, frames[1].path) > 0);
	snprintf(at, sizeof(at), "\"vmlinux+0x%" PRIx64 "\"", location.offset);
	assert_place(&location, at, expected);
	free(expected);
	kcov_symbolizer_close(symbolizer);
}

static void without_memory_the_line_ends_and_it_is_said(void **state)
{
	static const uint64_t pcs[] = { 0x1, 0x2 };
	const struct event event = event_with(&between, pcs, 2);
	struct places places = { .make = make_place };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	/* The slots, the first place, and the second one. */
	alloc_fail_at(3);
	assert_int_equal(write_event(&event, &places, true, out), -ENOMEM);
	assert_true(alloc_failed());
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, START "\"between\"," TASK ",\"covered\":true,\"complete\":true,"
					"\"pcs\":[\"0x0000000000000001\",\"0x0000000000000002\"],"
					"\"at\":[\"a+0x1\"]}\n");
	free(text);
	places_fini(&places);
}

static void who_is_not_covered_has_a_line_at_once(void **state)
{
	const struct event event = { .kind = EVENT_NOT_COVERED,
				     .pid = 10,
				     .tid = 11,
				     .what = "stop it in time",
				     .why = "it was killed" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	assert_int_equal(write_event(&event, NULL, false, out), 0);
	assert_string_equal(text, START "\"not_covered\",\"pid\":10,\"tid\":11,"
					"\"why\":\"cannot stop it in time: it was killed\"}\n");
	assert_int_equal(fclose(out), 0);
	free(text);
}

static void assert_end(const struct totals *totals, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct event_writer writer = { .out = out };
	const struct sink sink = formats_find("json")->events(&writer);

	assert_non_null(out);
	assert_int_equal(sink.end(sink.context, totals), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void totals_are_a_line(void **state)
{
	const struct totals totals = { .tasks = 1,
				       .not_covered = 2,
				       .has_events = true,
				       .calls = 3,
				       .between = 4,
				       .exits = 5,
				       .full_events = 6,
				       .blind = { .ptrace = 7, .io_uring_setup = 8 } };

	(void)state;
	assert_end(&totals, START "\"totals\",\"tasks\":1,\"not_covered\":2,\"calls\":3,"
				  "\"between\":4,\"exits\":5,\"complete\":6,\"full\":6,"
				  "\"ptrace_refused\":7,\"io_uring_setups\":8}\n");
}

static void of_a_run_without_stops_tasks_are_counted(void **state)
{
	const struct totals totals = { .tasks = 1,
				       .not_covered = 2,
				       .full = 3,
				       .uncertain = 4,
				       .blind = { .ptrace = 5, .io_uring_setup = 6 } };

	(void)state;
	assert_end(&totals, START "\"totals\",\"tasks\":1,\"not_covered\":2,\"full\":3,"
				  "\"uncertain\":4,\"ptrace_calls\":5,"
				  "\"io_uring_setups\":6}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_has_its_arguments_its_result_and_its_pcs),
		cmocka_unit_test(a_call_without_a_name_has_its_number),
		cmocka_unit_test(an_error_has_its_name_if_it_has_one),
		cmocka_unit_test(what_is_between_calls_has_none),
		cmocka_unit_test(an_end_in_a_call_has_no_result),
		cmocka_unit_test(what_was_full_is_not_complete),
		cmocka_unit_test(damaged_comparisons_are_left_out_everywhere),
		cmocka_unit_test(many_pcs_are_written_whole),
		cmocka_unit_test(a_place_is_an_offset_in_an_image),
		cmocka_unit_test(frames_are_those_of_the_symbolizer_innermost_first),
		cmocka_unit_test(without_memory_the_line_ends_and_it_is_said),
		cmocka_unit_test(who_is_not_covered_has_a_line_at_once),
		cmocka_unit_test(totals_are_a_line),
		cmocka_unit_test(of_a_run_without_stops_tasks_are_counted),
	};

	return cmocka_run_group_tests(tests, setup, fixture_teardown);
}
