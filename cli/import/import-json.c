// SPDX-License-Identifier: MIT
#include "../base/array.h"
#include "../base/map.h"
#include "../store/recorder.h"
#include "../text/error.h"
#include "import-run.h"
#include "json-event.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
	VERSION = 2,
};

struct json_run {
	const struct import_run *import;
	struct json_tokener *tokener;
	struct json_events events;
	/* NULL: nothing that has records was seen until now. */
	struct recorder *recorder;
	struct sink sink;
	enum kcov_mode mode;
	/* It stopped at calls, so that there are events; else all is one piece. */
	bool has_events;
	void *stream;
	/* Tasks that are not covered, which came first. */
	struct {
		struct event *at;
		size_t n;
		size_t room;
	} early;
	/* By what came, and as the last object has it. */
	struct map tids;
	struct totals totals;
	bool has_totals;
	pid_t pid;
};

static int no_memory(const struct json_run *run)
{
	return input_refuse(run->import->input, "out of memory");
}

static int open_recorder(struct json_run *run)
{
	const struct import_run *import = run->import;
	const struct recorder_opts opts = {
		.recording = import->recording,
		.symbolizer = import->symbolizer,
		.is_of_another = import->is_of_another,
		.layout = import->layout,
		.mode = run->mode,
		.keep = RECORDER_ORDER,
		.name = import->name ? import->name : import->input->path,
		.command = import->input->path,
		.way = "import",
		.has_events = run->has_events,
	};
	int err = recorder_open(&opts, &run->recorder);

	if (err)
		return err;
	run->sink = recorder_sink(run->recorder);
	err = run->sink.begin(run->sink.context);
	for (size_t i = 0; i < run->early.n && !err; i++)
		err = run->sink.event(run->sink.context, &run->early.at[i]);
	return err ? no_memory(run) : 0;
}

/* The first that has records says what all of them are. */
static int check_mode(struct json_run *run, const struct json_line *line, enum event_kind kind)
{
	const enum kcov_mode mode = json_has(line, "cmps") ? KCOV_MODE_CMP : KCOV_MODE_PC;
	/* What others ran does not say how the run was recorded. */
	const bool has_events = kind != EVENT_TASK;

	if (!run->recorder) {
		run->mode = mode;
		run->has_events = has_events;
		return open_recorder(run);
	}
	if (run->mode != mode)
		return input_refuse(line->input, "\"%ss\" are not there, which objects before have",
				    kcov_record_kind(run->mode)->name);
	if (run->has_events != has_events && kind != EVENT_REMOTE)
		return input_refuse(line->input, "of another run: one file is one run");
	return 0;
}

/* 0 or -ENOMEM. */
static int count(struct json_run *run, const struct event *event)
{
	struct totals *totals = &run->totals;
	const uint64_t key = (uint64_t)event->tid;

	if (!run->pid)
		run->pid = event->pid;
	totals->calls += event->kind == EVENT_CALL;
	totals->between += event->kind == EVENT_BETWEEN;
	totals->exits += event->kind == EVENT_EXIT;
	totals->not_covered += event->kind == EVENT_NOT_COVERED;
	totals->full_events += event->kind != EVENT_REMOTE && event->records.full;
	if (event->kind == EVENT_REMOTE)
		return 0;
	if (!map_get(&run->tids, key)) {
		totals->tasks++;
		if (map_put(&run->tids, key, run))
			return -1;
	}
	/* Another one may have its id next. */
	if (event->kind == EVENT_EXIT)
		map_remove(&run->tids, key);
	return 0;
}

static int take_early(struct json_run *run, const struct event *event)
{
	if (!array_reserve(&run->early, 1))
		return no_memory(run);
	run->early.at[run->early.n++] = *event;
	return 0;
}

static int take_event(struct json_run *run, const struct json_line *line, enum event_kind kind)
{
	struct event event;
	int err = json_event_read(&run->events, line, kind, &event);

	if (!err && kind != EVENT_NOT_COVERED)
		err = check_mode(run, line, kind);
	if (err)
		return err;
	if (count(run, &event))
		return no_memory(run);
	if (!run->recorder)
		return take_early(run, &event);
	err = kind == EVENT_TASK ? run->sink.records(run->sink.context, &run->stream, &event)
				 : run->sink.event(run->sink.context, &event);
	return err ? no_memory(run) : 0;
}

/* Of calls that -e does not want, too. */
static int take_totals(struct json_run *run, const struct json_line *line)
{
	static const struct {
		const char *name;
		size_t at;
	} numbers[] = {
		{ "tasks", offsetof(struct totals, tasks) },
		{ "not_covered", offsetof(struct totals, not_covered) },
		{ "calls", offsetof(struct totals, calls) },
		{ "between", offsetof(struct totals, between) },
		{ "exits", offsetof(struct totals, exits) },
		{ "full", offsetof(struct totals, full_events) },
		{ "ptrace_refused", offsetof(struct totals, blind.ptrace) },
		{ "io_uring_setups", offsetof(struct totals, blind.io_uring_setup) },
	};
	int64_t number;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (json_number(line, numbers[i].name, 0, INT64_MAX, &number))
			return -1;
		memcpy((char *)&run->totals + numbers[i].at, &number, sizeof(number));
	}
	run->has_totals = true;
	return 0;
}

/* Of kcovctl run --fast: the only one. */
static int take_run(struct json_run *run, const struct json_line *line)
{
	int err = run->recorder ? input_refuse(line->input, "of another run: one file is one run")
				: take_event(run, line, EVENT_TASK);

	run->totals.only = "first";
	run->has_totals = true;
	return err;
}

static int check_version(const struct json_line *line)
{
	int64_t version;

	if (!json_has(line, "version") || !json_has(line, "kind"))
		return input_refuse(line->input,
				    "no object of kcovctl run -f json: it has no \"version\" and "
				    "\"kind\"");
	if (json_number(line, "version", 0, INT64_MAX, &version))
		return -1;
	if (version > VERSION)
		return input_refuse(line->input,
				    "of version %" PRId64
				    ": made by a newer kcovctl, which is needed to read it",
				    version);
	if (version < VERSION)
		return input_refuse(line->input,
				    "of version %" PRId64 ", which is not read any more", version);
	return 0;
}

static int take_object(struct json_run *run, const struct json_line *line)
{
	static const struct {
		const char *name;
		enum event_kind kind;
	} kinds[] = {
		{ "call", EVENT_CALL },     { "between", EVENT_BETWEEN },
		{ "exit", EVENT_EXIT },     { "not_covered", EVENT_NOT_COVERED },
		{ "remote", EVENT_REMOTE },
	};
	const char *kind;

	if (check_version(line) || json_text(line, "kind", &kind))
		return -1;
	/* What others ran for the run's first thread comes behind it. */
	if (run->has_totals && (run->has_events || strcmp(kind, "remote") != 0))
		return input_refuse(line->input, "behind the end of a run: one file is one run");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kind, kinds[i].name) == 0)
			return take_event(run, line, kinds[i].kind);
	if (strcmp(kind, "totals") == 0 && json_has(line, "calls"))
		return take_totals(run, line);
	if (strcmp(kind, "run") == 0)
		return take_run(run, line);
	if (strcmp(kind, "syscall") == 0 || strcmp(kind, "totals") == 0)
		return input_refuse(line->input,
				    "of --by-syscall, which has no order: import takes what -S and "
				    "--fast write");
	return input_refuse(line->input, "no kind of object is called \"%s\"", kind);
}

/* A line that begins or ends with blanks is one all the same. */
static int parse(struct json_run *run, const char *text, size_t size, struct json_object **ret)
{
	const struct input *input = run->import->input;
	enum json_tokener_error why;
	struct json_object *object;

	if (size > INT_MAX)
		return input_refuse(input, "too long");
	/* To json-c it is an end. */
	if (memchr(text, '\0', size))
		return input_refuse(input, "no JSON: it has a byte that is 0");
	json_tokener_reset(run->tokener);
	object = json_tokener_parse_ex(run->tokener, text, (int)size);
	why = json_tokener_get_error(run->tokener);
	if (why == json_tokener_continue)
		return input_refuse(input, "cut off: its JSON does not end");
	if (why != json_tokener_success)
		return input_refuse(input, "no JSON: %s, at byte %zu", json_tokener_error_desc(why),
				    json_tokener_get_parse_end(run->tokener) + 1);
	if (!json_object_is_type(object, json_type_object)) {
		json_object_put(object);
		return input_refuse(input, "no object of JSON");
	}
	*ret = object;
	return 0;
}

static bool is_blank(const char *text, size_t size)
{
	while (size && strchr(" \t\r", *text) && *text) {
		text++;
		size--;
	}
	return !size;
}

static int take_all(struct json_run *run)
{
	struct json_line line = { .input = run->import->input };
	const char *text;
	size_t size;
	int n, err = 0;

	while (!err && (n = input_next(run->import->input, &text, &size)) > 0) {
		if (is_blank(text, size))
			continue;
		err = parse(run, text, size, &line.object);
		if (err)
			break;
		err = take_object(run, &line);
		json_object_put(line.object);
	}
	return err || n < 0 ? -1 : 0;
}

static int finish(struct json_run *run)
{
	const struct recorder_end end = { .pid = run->pid, .is_known = run->has_totals };

	/* No task did anything that has records. */
	if (!run->recorder) {
		run->has_events = true;
		if (open_recorder(run))
			return -1;
	}
	run->totals.has_events = run->has_events;
	if (run->sink.end(run->sink.context, &run->totals))
		return no_memory(run);
	return recorder_finish(run->recorder, &end);
}

int import_json(const struct import_run *import)
{
	struct json_run run = { .import = import,
				.events.symbolizer = import->symbolizer,
				.mode = KCOV_MODE_PC };
	int err;

	if (import->addresses) {
		error_tell("%s: --addresses is for PCs: those of kcovctl run -f json are return "
			   "addresses",
			   import->input->path);
		return -1;
	}
	run.tokener = json_tokener_new();
	if (!run.tokener)
		return no_memory(&run);
	json_tokener_set_flags(run.tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	err = take_all(&run);
	if (!err)
		err = finish(&run);
	/* First: it writes what events point to. */
	if (run.recorder)
		recorder_close(run.recorder);
	json_events_fini(&run.events);
	json_tokener_free(run.tokener);
	map_fini(&run.tids);
	free(run.early.at);
	return err;
}
