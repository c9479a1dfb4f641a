// SPDX-License-Identifier: MIT
#include "json-event.h"

#include "../base/array.h"
#include "../coverage/parameters.h"
#include "../syscalls/calls.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_ERRNO = 4095,
};

static int no_memory(const struct json_line *line)
{
	return input_refuse(line->input, "out of memory");
}

/* A copy that stays: whoever takes an event writes it later. NULL: no memory. */
static const char *keep_text(struct json_events *events, const char *text)
{
	for (size_t i = 0; i < events->texts.n; i++)
		if (strcmp(events->texts.at[i], text) == 0)
			return events->texts.at[i];
	if (!array_reserve(&events->texts, 1))
		return NULL;
	events->texts.at[events->texts.n] = strdup(text);
	return events->texts.at[events->texts.n] ? events->texts.at[events->texts.n++] : NULL;
}

static int read_ids(const struct json_line *line, struct event *ret)
{
	int64_t pid, tid;
	int err = json_number(line, "pid", 0, INT_MAX, &pid);

	if (!err)
		err = ret->kind == EVENT_REMOTE ? 0 : json_number(line, "tid", 0, INT_MAX, &tid);
	if (err)
		return err;
	ret->pid = (pid_t)pid;
	ret->tid = ret->kind == EVENT_REMOTE ? ret->pid : (pid_t)tid;
	return 0;
}

static int read_start(const struct json_line *line, struct event *ret)
{
	double start;
	int64_t microseconds;
	int err = json_seconds(line, "start", &start);

	if (err)
		return err;
	microseconds = (int64_t)(start * 1e6 + 0.5);
	ret->start = (struct timespec){ .tv_sec = microseconds / 1000000,
					.tv_nsec = microseconds % 1000000 * 1000 };
	return 0;
}

static int read_result(const struct json_line *line, struct event *ret)
{
	int err = json_number(line, "result", INT64_MIN, INT64_MAX, &ret->result);

	if (err)
		return err;
	/* Errors that user space does not see, as ERESTARTSYS, have no name to be there. */
	ret->is_error = json_has(line, "errno") || (ret->result < 0 && ret->result >= -MAX_ERRNO &&
						    !strerrorname_np((int)-ret->result));
	return 0;
}

static int read_args(const struct json_line *line, struct event *ret)
{
	struct json_object *args;
	int err = json_array(line, "args", &args);

	if (!err && json_object_array_length(args) != 6)
		return input_refuse(line->input, "\"args\" has %zu of 6 numbers",
				    json_object_array_length(args));
	for (size_t i = 0; i < 6 && !err; i++)
		err = json_hex_at(line, "args", args, i, &ret->args[i]);
	return err;
}

/* A parameter, and what it pointed to if that is there: the next of the event's texts. */
static int read_parameter(struct json_events *events, const struct json_line *line,
			  unsigned int position, struct kcov_parameter *ret, struct event *event)
{
	struct event_text *text = &events->arguments[event->n_texts];
	const char *name, *type, *kind;
	struct json_object *object;
	int64_t size;
	int err = json_text(line, "name", &name);

	if (!err)
		err = json_text(line, "type", &type);
	if (!err)
		err = json_number(line, "size", 0, 16, &size);
	if (!err)
		err = json_text(line, "kind", &kind);
	if (!err && !parameter_kind_of(kind, &ret->kind))
		err = input_refuse(line->input, "\"kind\": what is %s?", kind);
	*text = (struct event_text){ .position = position };
	if (!err)
		err = json_flag_or(line, "cut", false, &text->is_cut);
	if (err)
		return err;
	ret->size = (uint32_t)size;
	ret->name = *name ? keep_text(events, name) : NULL;
	ret->type = keep_text(events, type);
	if ((*name && !ret->name) || !ret->type)
		return no_memory(line);
	if (!json_object_object_get_ex(line->object, "text", &object))
		return 0;
	text->at = json_object_get_string(object);
	text->n = (size_t)json_object_get_string_len(object);
	/* What was no UTF-8 is longer in JSON. */
	if (text->n > EVENT_TEXT_MAX) {
		text->n = EVENT_TEXT_MAX;
		text->is_cut = true;
	}
	event->n_texts++;
	return 0;
}

/* Of which another one says how many bytes it has. */
static void tell_strings(const struct kcov_syscall *syscall, const struct event *event,
			 struct event_text *texts)
{
	for (size_t i = 0; i < event->n_texts; i++) {
		const unsigned int next = texts[i].position + 1;

		texts[i].is_string =
			next >= syscall->n || !parameter_is_length(&syscall->parameters[next]);
	}
}

/* The first one of its kind stays: whoever takes an event looks at it later. NULL: no memory. */
static const struct kcov_syscall *keep_syscall(struct json_events *events,
					       const struct event *event,
					       const struct kcov_syscall *syscall)
{
	const uint64_t key = parameters_key(event->arch, event->number);
	struct kcov_syscall *ret = map_get(&events->syscalls, key);

	if (ret)
		return ret;
	ret = malloc(sizeof(*ret));
	if (!ret || map_put(&events->syscalls, key, ret)) {
		free(ret);
		return NULL;
	}
	*ret = *syscall;
	return ret;
}

static int read_named(struct json_events *events, const struct json_line *line, struct event *ret)
{
	struct kcov_syscall syscall = { 0 };
	struct json_object *named;
	int err = json_array(line, "named", &named);
	const size_t n = err ? 0 : json_object_array_length(named);

	if (n > KCOV_SYSCALL_PARAMETERS)
		return input_refuse(line->input, "\"named\" has %zu arguments: 6 is the most", n);
	for (; syscall.n < n && !err; syscall.n++) {
		const struct json_line one = { line->input,
					       json_object_array_get_idx(named, syscall.n) };

		if (!json_object_is_type(one.object, json_type_object))
			return input_refuse(line->input,
					    "\"named\" has something that is no object");
		err = read_parameter(events, &one, syscall.n, &syscall.parameters[syscall.n], ret);
	}
	if (err)
		return err;
	ret->syscall = keep_syscall(events, ret, &syscall);
	if (!ret->syscall || ret->syscall->n < syscall.n)
		return ret->syscall ? input_refuse(line->input,
						   "\"named\" has more arguments than before")
				    : no_memory(line);
	tell_strings(ret->syscall, ret, events->arguments);
	ret->texts = events->arguments;
	return 0;
}

static int read_call(struct json_events *events, const struct json_line *line, struct event *ret)
{
	const char *arch, *name;
	int err = json_text_or(line, "arch", NULL, &arch);

	if (!err)
		err = json_text_or(line, "name", NULL, &name);
	if (!err)
		err = json_unsigned(line, "number", &ret->number);
	if (!err)
		err = read_args(line, ret);
	if (!err && ret->kind == EVENT_CALL)
		err = read_result(line, ret);
	if (err)
		return err;
	if (arch && !calls_arch_of(arch, &ret->arch))
		return input_refuse(line->input, "\"arch\": no architecture is called %s", arch);
	ret->has_call = true;
	ret->arch_name = arch ? calls_arch_name(ret->arch) : NULL;
	ret->name = name ? keep_text(events, name) : NULL;
	if (name && !ret->name)
		return no_memory(line);
	return json_has(line, "named") ? read_named(events, line, ret) : 0;
}

/* Where it was, if it is somewhere else here: in another kernel, or as its modules lie now. */
static int check_place(const struct json_events *events, const struct json_line *line,
		       uint64_t address, struct json_object *place)
{
	const char *was = json_object_get_string(place);
	const uint64_t before = address - 1;
	struct kcov_location location;
	char is[256];

	if (!was || kcov_symbolizer_lookup(events->symbolizer, &before, 1, NULL, &location) ||
	    !location.image)
		return 0;
	snprintf(is, sizeof(is), "%s+0x%" PRIx64, location.image, location.offset);
	if (strcmp(is, was) == 0)
		return 0;
	return input_refuse(line->input,
			    "0x%" PRIx64
			    " was %s, and is %s here: --vmlinux and --layout have to be "
			    "of the kernel that it is from",
			    address, was, is);
}

static int check_places(const struct json_events *events, const struct json_line *line,
			const struct kcov_records *records)
{
	struct json_object *places;
	int err;

	if (!events->symbolizer || !json_has(line, "at"))
		return 0;
	err = json_array(line, "at", &places);
	if (!err && json_object_array_length(places) != records->count)
		return input_refuse(line->input, "\"at\" has %zu places of %zu",
				    json_object_array_length(places), records->count);
	for (size_t i = 0; i < records->count && !err; i++)
		err = check_place(
			events, line,
			records->records[i * records->kind->words + records->kind->address],
			json_object_array_get_idx(places, i));
	return err;
}

static int read_pcs(struct json_events *events, const struct json_line *line)
{
	struct json_object *pcs;
	int err = json_array(line, "pcs", &pcs);
	const size_t n = err ? 0 : json_object_array_length(pcs);

	if (!err && n && !array_reserve(&events->words, n))
		return no_memory(line);
	for (size_t i = 0; i < n && !err; i++)
		err = json_hex_at(line, "pcs", pcs, i, &events->words.at[i]);
	events->words.n = n;
	return err;
}

/* As the kernel has it: whether it has a constant, and which power of two its size is. */
static int read_cmp(const struct json_line *line, uint64_t ret[KCOV_CMP_WORDS])
{
	bool is_const;
	int64_t size;
	int err;

	if (!json_object_is_type(line->object, json_type_object))
		return input_refuse(line->input, "\"cmps\" has something that is no object");
	err = json_number(line, "size", 1, 8, &size);
	if (!err && (size & (size - 1)))
		return input_refuse(line->input, "\"size\" is not 1, 2, 4 or 8");
	if (!err)
		err = json_flag(line, "const", &is_const);
	if (!err)
		err = json_hex(line, "arg1", &ret[1]);
	if (!err)
		err = json_hex(line, "arg2", &ret[2]);
	if (!err)
		err = json_hex(line, "ip", &ret[3]);
	if (!err)
		ret[0] = (uint64_t)__builtin_ctz((unsigned int)size) << 1 | is_const;
	return err;
}

static int read_cmps(struct json_events *events, const struct json_line *line)
{
	struct json_object *cmps;
	int err = json_array(line, "cmps", &cmps);
	const size_t n = err ? 0 : json_object_array_length(cmps);

	if (!err && n && !array_reserve(&events->words, n * KCOV_CMP_WORDS))
		return no_memory(line);
	for (size_t i = 0; i < n && !err; i++) {
		const struct json_line cmp = { line->input, json_object_array_get_idx(cmps, i) };

		err = read_cmp(&cmp, &events->words.at[i * KCOV_CMP_WORDS]);
	}
	events->words.n = n * KCOV_CMP_WORDS;
	return err;
}

static int read_records(struct json_events *events, const struct json_line *line, struct event *ret)
{
	const bool is_cmps = json_has(line, "cmps");
	bool is_complete;
	int err = json_flag(line, "complete", &is_complete);

	events->words.n = 0;
	if (!err)
		err = is_cmps ? read_cmps(events, line) : read_pcs(events, line);
	if (err)
		return err;
	ret->records.kind = kcov_record_kind(is_cmps ? KCOV_MODE_CMP : KCOV_MODE_PC);
	ret->records.records = events->words.at;
	ret->records.count = events->words.n / ret->records.kind->words;
	ret->records.full = !is_complete;
	return check_places(events, line, &ret->records);
}

static int read_handles(struct json_events *events, const struct json_line *line, struct event *ret)
{
	struct json_object *handles;
	int err = json_array(line, "handles", &handles);
	const size_t n = err ? 0 : json_object_array_length(handles);

	if (!err && n && !array_reserve(&events->handles, n))
		return no_memory(line);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(handles, i));

		if (!text || kcov_handle_parse(text, &events->handles.at[i]))
			return input_refuse(line->input, "\"handles\": %s is no handle",
					    text ? text : "null");
	}
	ret->handles = events->handles.at;
	ret->n_handles = n;
	return err;
}

/* A buffer that was full is one of them. */
static int read_doubts(const struct json_line *line, struct event *ret)
{
	static const char *const names[] = { "nothing", "moving", "full", "section" };
	struct json_object *doubts;
	int err = json_array(line, "doubts", &doubts);
	const size_t n = err ? 0 : json_object_array_length(doubts);

	for (size_t i = 0; i < n; i++) {
		const char *text = json_object_get_string(json_object_array_get_idx(doubts, i));
		size_t bit = 0;

		while (bit < 4 && (!text || strcmp(names[bit], text) != 0))
			bit++;
		if (bit == 4)
			return input_refuse(line->input, "\"doubts\": what is %s?",
					    text ? text : "null");
		ret->doubts |= 1u << bit;
	}
	ret->records.full = ret->doubts & KCOV_DOUBT_FULL;
	return err;
}

static int read_remote(struct json_events *events, const struct json_line *line, struct event *ret)
{
	int err = read_handles(events, line, ret);

	return err ? err : read_doubts(line, ret);
}

/* "cannot WHAT: WHY" */
static int read_why(struct json_events *events, const struct json_line *line, struct event *ret)
{
	static const char cannot[] = "cannot ";
	const char *text, *colon;
	char *what;
	int err = json_text(line, "why", &text);

	if (err)
		return err;
	if (strncmp(text, cannot, strlen(cannot)) == 0)
		text += strlen(cannot);
	colon = strstr(text, ": ");
	what = colon ? strndup(text, (size_t)(colon - text)) : strdup(text);
	ret->what = what ? keep_text(events, what) : NULL;
	ret->why = keep_text(events, colon ? colon + 2 : "");
	free(what);
	return ret->what && ret->why ? 0 : no_memory(line);
}

int json_event_read(struct json_events *events, const struct json_line *line, enum event_kind kind,
		    struct event *ret)
{
	int64_t capacity;
	int err;

	*ret = (struct event){ .kind = kind, .is_covered = true };
	err = read_ids(line, ret);
	if (err || kind == EVENT_NOT_COVERED)
		return err ? err : read_why(events, line, ret);
	if (kind != EVENT_REMOTE && kind != EVENT_TASK)
		err = read_start(line, ret);
	if (!err && (kind == EVENT_CALL || (kind == EVENT_EXIT && json_has(line, "number"))))
		err = read_call(events, line, ret);
	if (!err)
		err = json_flag_or(line, "covered", true, &ret->is_covered);
	if (!err)
		err = json_number_or(line, "capacity", 0, INT64_MAX, 0, &capacity);
	if (!err)
		err = read_records(events, line, ret);
	if (!err && kind == EVENT_REMOTE)
		err = read_remote(events, line, ret);
	if (!err)
		ret->capacity = (size_t)capacity;
	return err;
}

void json_events_fini(struct json_events *events)
{
	struct kcov_syscall *syscall;
	size_t at = 0;

	while ((syscall = map_next(&events->syscalls, &at)))
		free(syscall);
	map_fini(&events->syscalls);
	for (size_t i = 0; i < events->texts.n; i++)
		free(events->texts.at[i]);
	free(events->texts.at);
	free(events->words.at);
	free(events->handles.at);
}
