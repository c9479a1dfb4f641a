// SPDX-License-Identifier: MIT
/* Events in the formats that are text, as they come, and what both kinds do if they cannot be
 * written. */
#include "unit.h"

#include "render/event-writer.h"
#include "render/formats.h"

#include <errno.h>
#include <string.h>

enum {
	MANY = 20000,
};

static uint64_t pcs[MANY];

static struct event event_of(enum event_kind kind, size_t n)
{
	return (struct event){
		.kind = kind,
		.pid = 10,
		.tid = 11,
		.is_covered = true,
		.has_call = kind == EVENT_CALL,
		.name = "read",
		.result = 16,
		.records = { .kind = kcov_record_kind(KCOV_MODE_PC), .records = pcs, .count = n }
	};
}

static int make_text(void *context, struct place *place)
{
	(void)context;
	place->text = strdup("null");
	return place->text ? 0 : -ENOMEM;
}

/* What the format writes of an event, and of totals; each may be NULL. To be freed. */
static char *written(const struct event *event, const struct totals *totals)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct event_writer writer = { .format = formats_find("raw"), .out = out };
	const struct sink sink = writer.format->events(&writer);

	assert_non_null(out);
	assert_int_equal(sink.begin(sink.context), 0);
	if (event)
		assert_int_equal(sink.event(sink.context, event), 0);
	/* What there is was written out at once. */
	if (text)
		assert_int_equal(strlen(text), size);
	if (totals)
		assert_int_equal(sink.end(sink.context, totals), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void an_event_is_a_line_and_its_records(void **state)
{
	const struct event event = event_of(EVENT_CALL, 2);
	char *text;

	(void)state;
	pcs[0] = 0xffffffff81000010;
	pcs[1] = 0xffffffff81000020;
	text = written(&event, NULL);
	assert_non_null(strstr(text, " read("));
	assert_non_null(strstr(text, " = 16\n0xffffffff81000010\n0xffffffff81000020\n"));
	free(text);
}

static void who_is_not_covered_is_for_others_to_tell(void **state)
{
	const struct event event = event_of(EVENT_NOT_COVERED, 0);
	char *text = written(&event, NULL);

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

static void totals_are_the_last_line_of_what_had_events(void **state)
{
	const struct totals totals = { .tasks = 1,
				       .not_covered = 2,
				       .has_events = true,
				       .calls = 3,
				       .between = 4,
				       .exits = 5,
				       .full_events = 6 };
	char *text = written(NULL, &totals);

	(void)state;
	assert_string_equal(text, "\n# 1 tasks, 2 not covered; 3 calls, 4 times between calls, 5 "
				  "ends; 6 of them not complete\n");
	free(text);
}

/* Whether they fit into what stdio keeps or not. */
static void why_an_event_cannot_be_written_is_told(void **state)
{
	static const char *const formats[] = { "raw", "json" };
	static const size_t sizes[] = { 0, 1, 300, MANY };

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
			struct places places = { 0 };
			struct event_writer writer = { .report.places = &places,
						       .format = formats_find(formats[i]),
						       .out = fopen("/dev/full", "w") };
			const struct sink sink = writer.format->events(&writer);
			const struct event event = event_of(EVENT_CALL, sizes[j]);

			assert_non_null(writer.out);
			places.make = make_text;
			assert_int_equal(sink.begin(sink.context), 0);
			assert_int_equal(sink.event(sink.context, &event), -ENOSPC);
			fclose(writer.out);
			places_fini(&places);
		}
	}
}

/* Which is for sets. */
static void what_nobody_cut_is_no_event(void **state)
{
	const struct event event = event_of(EVENT_TASK, 1);
	struct event_writer writer = { .out = stdout };

	(void)state;
	writer.format = formats_find("raw");
	assert_int_equal(writer.format->events(&writer).event(&writer, &event), -EINVAL);
	writer.format = formats_find("json");
	assert_int_equal(writer.format->events(&writer).event(&writer, &event), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_a_line_and_its_records),
		cmocka_unit_test(who_is_not_covered_is_for_others_to_tell),
		cmocka_unit_test(totals_are_the_last_line_of_what_had_events),
		cmocka_unit_test(why_an_event_cannot_be_written_is_told),
		cmocka_unit_test(what_nobody_cut_is_no_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
