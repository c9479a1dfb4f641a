// SPDX-License-Identifier: MIT
/* A line of JSON as each kind of event. What it has of records is as many words as it says. */
#include "import/json-event.h"
#include "told.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* So that what is added up is read. */
static volatile uint64_t ignored;

static void use(const struct event *event)
{
	const struct kcov_records *records = &event->records;
	uint64_t sum = 0;

	for (size_t i = 0; records->kind && i < records->count * records->kind->words; i++)
		sum += records->records[i];
	for (size_t i = 0; i < event->n_handles; i++)
		sum += event->handles[i];
	ignored = sum;
	check(event->start.tv_nsec >= 0 && event->start.tv_nsec < 1000000000);
	check(event->kind != EVENT_NOT_COVERED || (event->what && event->why));
}

/* What is wrong is told once. */
static void read_as(const struct json_line *line, enum event_kind kind)
{
	struct json_events events = { 0 };
	struct event event;
	int err;

	n_told = 0;
	err = json_event_read(&events, line, kind, &event);
	check(n_told == (err ? 1 : 0));
	if (!err)
		use(&event);
	json_events_fini(&events);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct input input = { .path = "fuzzed", .line = 1 };
	struct json_tokener *tokener = json_tokener_new();
	struct json_line line = { .input = &input };

	check(tokener);
	line.object = json_tokener_parse_ex(tokener, (const char *)data, (int)size);
	for (int kind = EVENT_CALL; kind <= EVENT_NOT_COVERED; kind++)
		if (json_object_is_type(line.object, json_type_object))
			read_as(&line, (enum event_kind)kind);
	json_object_put(line.object);
	json_tokener_free(tokener);
	return 0;
}
