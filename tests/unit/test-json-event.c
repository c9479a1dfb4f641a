// SPDX-License-Identifier: MIT
/* What is read of an object is the event that it was written of. */
#include "unit.h"

#include "import/json-event.h"
#include "render/event-writer.h"
#include "render/formats.h"
#include "syscalls/calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint64_t pcs[] = { 0xffffffff81000000, 1, UINT64_MAX, 1 };

/* A constant of 8 bytes; one of 1 that is none. */
static const uint64_t cmps[] = { 7, UINT64_MAX, 2, 0xffffffff81000010, 0, 3, 4, 5 };

/* What is in no image. */
static int make_place(void *context, struct place *place)
{
	const struct kcov_location location = { 0 };

	(void)context;
	place->text = formats_find("json")->place(&location, false);
	return place->text ? 0 : -ENOMEM;
}

static char *line_of(const struct event *event)
{
	struct places places = { .make = make_place };
	struct event_writer writer = { .report = { .places = &places, .pid = event->pid } };
	const struct sink sink = formats_find("json")->events(&writer);
	char *text = NULL;
	size_t size = 0;

	writer.out = open_memstream(&text, &size);
	assert_non_null(writer.out);
	assert_int_equal(sink.event(sink.context, event), 0);
	assert_int_equal(fclose(writer.out), 0);
	places_fini(&places);
	return text;
}

/* Of a text; *ret points to what is in *events. */
static int read_text(struct json_events *events, const char *text, enum event_kind kind,
		     struct event *ret)
{
	const struct input input = { .path = "test", .line = 1 };
	const struct json_line line = { &input, json_tokener_parse(text) };
	int err;

	assert_non_null(line.object);
	err = json_event_read(events, &line, kind, ret);
	json_object_put(line.object);
	return err;
}

static void assert_text(const char *is, const char *was)
{
	if (was)
		assert_string_equal(is, was);
	else
		assert_null(is);
}

/* What texts say is there as long as the line. */
static void assert_named(const struct event *is, const struct event *was)
{
	assert_int_equal(!is->syscall, !was->syscall);
	if (!was->syscall)
		return;
	assert_int_equal(is->syscall->n, was->syscall->n);
	for (unsigned int i = 0; i < was->syscall->n; i++) {
		assert_text(is->syscall->parameters[i].name, was->syscall->parameters[i].name);
		assert_string_equal(is->syscall->parameters[i].type,
				    was->syscall->parameters[i].type);
		assert_int_equal(is->syscall->parameters[i].size, was->syscall->parameters[i].size);
		assert_int_equal(is->syscall->parameters[i].kind, was->syscall->parameters[i].kind);
	}
	assert_int_equal(is->n_texts, was->n_texts);
	for (size_t i = 0; i < was->n_texts; i++) {
		assert_int_equal(is->texts[i].position, was->texts[i].position);
		assert_int_equal(is->texts[i].n, was->texts[i].n);
		assert_int_equal(is->texts[i].is_string, was->texts[i].is_string);
		assert_int_equal(is->texts[i].is_cut, was->texts[i].is_cut);
	}
}

static void assert_call(const struct event *is, const struct event *was)
{
	assert_int_equal(is->has_call, was->has_call);
	assert_int_equal(is->arch, was->arch);
	assert_int_equal(is->number, was->number);
	assert_text(is->arch_name, was->arch_name);
	assert_text(is->name, was->name);
	assert_memory_equal(is->args, was->args, sizeof(is->args));
	assert_int_equal(is->result, was->result);
	assert_int_equal(is->is_error, was->is_error);
	assert_named(is, was);
}

static void assert_records(const struct kcov_records *is, const struct kcov_records *was)
{
	assert_ptr_equal(is->kind, was->kind);
	assert_int_equal(is->count, was->count);
	assert_int_equal(is->full, was->full);
	if (was->count)
		assert_memory_equal(is->records, was->records,
				    was->count * was->kind->words * sizeof(uint64_t));
}

static void assert_read(const struct event *was)
{
	struct json_events events = { 0 };
	char *text = line_of(was);
	struct event is;

	assert_int_equal(read_text(&events, text, was->kind, &is), 0);
	assert_int_equal(is.pid, was->pid);
	assert_int_equal(is.tid, was->tid);
	assert_int_equal(is.start.tv_sec, was->start.tv_sec);
	/* Microseconds. */
	assert_int_equal(is.start.tv_nsec, was->start.tv_nsec / 1000 * 1000);
	assert_int_equal(is.is_covered, was->is_covered);
	assert_call(&is, was);
	assert_text(is.what, was->what);
	assert_text(is.why, was->why);
	assert_int_equal(is.doubts, was->doubts);
	assert_int_equal(is.n_handles, was->n_handles);
	if (was->n_handles)
		assert_memory_equal(is.handles, was->handles, was->n_handles * sizeof(uint64_t));
	if (was->kind != EVENT_NOT_COVERED)
		assert_records(&is.records, &was->records);
	json_events_fini(&events);
	free(text);
}

static struct kcov_records records(enum kcov_mode mode)
{
	const struct kcov_record_kind *kind = kcov_record_kind(mode);

	return (struct kcov_records){ .kind = kind,
				      .records = mode == KCOV_MODE_PC ? pcs : cmps,
				      .count = mode == KCOV_MODE_PC ? 4 : 2 };
}

static struct event make(enum event_kind kind)
{
	struct event ret = { .kind = kind,
			     .pid = 10,
			     .tid = 11,
			     .start = { 1764527318, 123456789 },
			     .is_covered = true,
			     .records = records(KCOV_MODE_PC) };

	if (kind != EVENT_CALL)
		return ret;
	ret.has_call = true;
	assert_true(calls_arch_of("x86_64", &ret.arch));
	ret.arch_name = "x86_64";
	ret.name = "openat";
	ret.number = 257;
	ret.args[0] = (uint64_t)-100;
	ret.args[5] = 0x7fff12345678;
	return ret;
}

static void each_kind_is_read(void **state)
{
	static const enum event_kind kinds[] = { EVENT_CALL, EVENT_BETWEEN, EVENT_EXIT };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct event event = make(kinds[i]);

		assert_read(&event);
		event.records = records(KCOV_MODE_CMP);
		assert_read(&event);
		event.records = (struct kcov_records){ .kind = event.records.kind, .full = true };
		assert_read(&event);
		event.records.full = false;
		event.is_covered = false;
		assert_read(&event);
	}
}

static void the_end_of_a_task_has_its_call_or_none(void **state)
{
	struct event event = make(EVENT_CALL);

	(void)state;
	event.kind = EVENT_EXIT;
	assert_read(&event);
}

static void a_call_need_not_have_a_name(void **state)
{
	struct event event = make(EVENT_CALL);

	(void)state;
	event.name = NULL;
	event.number = UINT64_MAX;
	assert_read(&event);
	event.arch_name = NULL;
	event.arch = 0;
	assert_read(&event);
}

static void results_are_errors_or_not(void **state)
{
	static const struct {
		int64_t result;
		bool is_error;
	} results[] = { { 0, false },      { INT64_MAX, false }, { INT64_MIN, false },
			{ -ENOENT, true }, { -ENOENT, false },   { -512, true },
			{ -100000, false } };
	struct event event = make(EVENT_CALL);

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		event.result = results[i].result;
		event.is_error = results[i].is_error;
		assert_read(&event);
	}
}

static void every_microsecond_of_a_time_is_kept(void **state)
{
	struct event event = make(EVENT_BETWEEN);

	(void)state;
	for (long i = 0; i < 1000000; i += 997) {
		event.start.tv_nsec = i * 1000;
		assert_read(&event);
	}
	event.start.tv_nsec = 999999999;
	assert_read(&event);
}

static void who_is_not_covered_is_read(void **state)
{
	const struct event event = { .kind = EVENT_NOT_COVERED,
				     .pid = 10,
				     .tid = 11,
				     .is_covered = true,
				     .what = "enable coverage",
				     .why = "Device or resource busy: two: colons" };

	(void)state;
	assert_read(&event);
}

static void what_workers_did_is_read(void **state)
{
	static const uint64_t handles[] = { 0x0100000000000001, 0x42 };
	struct event event = make(EVENT_REMOTE);

	(void)state;
	event.tid = event.pid;
	event.start = (struct timespec){ 0 };
	event.handles = handles;
	event.n_handles = 2;
	assert_read(&event);
	event.doubts = KCOV_DOUBT_MOVING | KCOV_DOUBT_SECTION;
	assert_read(&event);
	event.doubts = KCOV_DOUBT_FULL;
	event.records.full = true;
	assert_read(&event);
	event.doubts = 0;
	event.records = records(KCOV_MODE_CMP);
	assert_read(&event);
}

static void names_of_arguments_are_read(void **state)
{
	static const struct kcov_syscall call = {
		"write",
		false,
		4,
		{ { "fd", "unsigned int", 4, KCOV_PARAMETER_UNSIGNED },
		  { "path", "const char *", 8, KCOV_PARAMETER_CONST_CHARS },
		  { NULL, "const char *", 8, KCOV_PARAMETER_CONST_CHARS },
		  { "len", "int", 4, KCOV_PARAMETER_SIGNED } }
	};
	static const struct event_text texts[] = {
		{ .position = 1, .at = "a \"b\"", .n = 5, .is_string = true, .is_cut = true },
		{ .position = 2, .at = "\0x", .n = 2 },
	};
	struct event event = make(EVENT_CALL);

	(void)state;
	event.syscall = &call;
	assert_read(&event);
	event.texts = texts;
	event.n_texts = 2;
	assert_read(&event);
}

static void what_is_wrong_is_refused(void **state)
{
	static const char right[] =
		"{\"pid\":1,\"tid\":2,\"start\":3.5,\"arch\":\"x86_64\",\"number\":0,"
		"\"args\":[\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\"],\"result\":0,"
		"\"named\":[{\"name\":\"fd\",\"type\":\"int\",\"size\":4,\"kind\":\"signed\","
		"\"value\":0}],"
		"\"complete\":true,\"pcs\":[\"0x1\"],\"at\":[null]}";
	static const char *const wrong[][2] = {
		{ "\"pid\":1", "\"pid\":-1" },
		{ "\"pid\":1", "\"pid\":99999999999" },
		{ "\"pid\":1", "\"pid\":\"1\"" },
		{ "\"tid\":2", "\"t\":2" },
		{ "3.5", "-3.5" },
		{ "3.5", "1e300" },
		{ "3.5", "\"3.5\"" },
		{ "3.5", "NaN" },
		{ "x86_64", "x86_65" },
		{ "\"number\":0", "\"number\":-1" },
		{ ",\"0x0\"],", "]," },
		{ "\"args\":[", "\"args\":[0," },
		{ "\"result\":0", "\"result\":0.5" },
		{ "\"result\":0,", "" },
		{ "true", "1" },
		{ "\"complete\":true,", "" },
		{ "[\"0x1\"]", "\"0x1\"" },
		{ "[\"0x1\"]", "[1]" },
		{ "[\"0x1\"]", "[null]" },
		{ "[\"0x1\"]", "[\"1\"]" },
		{ "\"0x1\"", "\"0x12345678901234567\"" },
		{ "\"0x1\"", "\"0x\"" },
		{ "pcs", "p" },
		{ "[{", "[0,{" },
		{ "[{", "[{},{" },
		{ "\"named\":[", "\"named\":0,\"other\":[" },
		{ "\"size\":4", "\"size\":17" },
		{ "\"kind\":\"signed\"", "\"kind\":\"int\"" },
		{ "\"kind\":\"signed\"", "\"kind\":4" },
		{ "\"type\":\"int\",", "" },
		{ "\"value\":0", "\"cut\":0" },
	};
	struct json_events events = { 0 };
	struct event event;

	(void)state;
	assert_int_equal(read_text(&events, right, EVENT_CALL, &event), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		const char *at = strstr(right, wrong[i][0]);
		char *text;

		assert_non_null(at);
		assert_true(asprintf(&text, "%.*s%s%s", (int)(at - right), right, wrong[i][1],
				     at + strlen(wrong[i][0])) > 0);
		assert_int_equal(read_text(&events, text, EVENT_CALL, &event), -1);
		free(text);
	}
	json_events_fini(&events);
}

static void comparisons_that_are_none_are_refused(void **state)
{
	static const char *const wrong[] = {
		"1",
		"{}",
		"{\"ip\":\"0x1\",\"size\":3,\"const\":true,\"arg1\":\"0x1\",\"arg2\":\"0x1\"}",
		"{\"ip\":\"0x1\",\"size\":16,\"const\":true,\"arg1\":\"0x1\",\"arg2\":\"0x1\"}",
		"{\"ip\":\"0x1\",\"size\":8,\"const\":1,\"arg1\":\"0x1\",\"arg2\":\"0x1\"}",
		"{\"ip\":1,\"size\":8,\"const\":true,\"arg1\":\"0x1\",\"arg2\":\"0x1\"}",
		"{\"ip\":\"0x1\",\"size\":8,\"const\":true,\"arg1\":\"0x1\"}",
	};
	struct json_events events = { 0 };
	struct event event;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *text;

		assert_true(asprintf(&text,
				     "{\"pid\":1,\"tid\":1,\"start\":1,\"complete\":true,"
				     "\"cmps\":[%s]}",
				     wrong[i]) > 0);
		assert_int_equal(read_text(&events, text, EVENT_BETWEEN, &event), -1);
		free(text);
	}
	json_events_fini(&events);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_read),
		cmocka_unit_test(the_end_of_a_task_has_its_call_or_none),
		cmocka_unit_test(a_call_need_not_have_a_name),
		cmocka_unit_test(results_are_errors_or_not),
		cmocka_unit_test(every_microsecond_of_a_time_is_kept),
		cmocka_unit_test(who_is_not_covered_is_read),
		cmocka_unit_test(what_workers_did_is_read),
		cmocka_unit_test(names_of_arguments_are_read),
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(comparisons_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
