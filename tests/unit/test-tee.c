// SPDX-License-Identifier: MIT
/* What one run hands to two sinks. */
#include "unit.h"

#include "alloc.h"
#include "coverage/tee.h"

#include <errno.h>

/* Counts what it gets, and fails with err. */
struct counter {
	int err;
	int begun, records, events, ended;
	/* What it keeps with tasks: how many there are. */
	int streams;
};

static int begin(void *context)
{
	struct counter *counter = context;

	counter->begun++;
	return counter->err;
}

static int take_records(void *context, void **stream, const struct event *piece)
{
	struct counter *counter = context;

	(void)piece;
	counter->records++;
	if (!*stream) {
		counter->streams++;
		*stream = counter;
	}
	assert_ptr_equal(*stream, counter);
	return counter->err;
}

static int take_event(void *context, const struct event *event)
{
	struct counter *counter = context;

	(void)event;
	counter->events++;
	return counter->err;
}

static int end(void *context, const struct totals *totals)
{
	struct counter *counter = context;

	(void)totals;
	counter->ended++;
	return counter->err;
}

static struct sink sink_of(struct counter *counter)
{
	return (struct sink){ .begin = begin,
			      .records = take_records,
			      .event = take_event,
			      .end = end,
			      .context = counter };
}

static void both_get_all_of_it(void **state)
{
	const struct event event = { .kind = EVENT_TASK };
	const struct totals totals = { 0 };
	struct counter counters[2] = { { 0 } };
	struct tee tee = { sink_of(&counters[0]), sink_of(&counters[1]), NULL };
	const struct sink sink = tee_sink(&tee);
	void *task = NULL, *other = NULL;

	(void)state;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.records(sink.context, &task, &event), 0);
	assert_int_equal(sink.records(sink.context, &other, &event), 0);
	assert_int_equal(sink.records(sink.context, &task, &event), 0);
	assert_int_equal(sink.event(sink.context, &event), 0);
	assert_int_equal(sink.end(sink.context, &totals), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(counters[i].begun, 1);
		assert_int_equal(counters[i].records, 3);
		assert_int_equal(counters[i].streams, 2);
		assert_int_equal(counters[i].events, 1);
		assert_int_equal(counters[i].ended, 1);
	}
	tee_fini(&tee);
	assert_int_equal(alloc_live(), 0);
}

/* Whichever fails; but each is told of the end. */
static void what_fails_is_returned(void **state)
{
	const struct event event = { .kind = EVENT_TASK };
	const struct totals totals = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct counter counters[2] = { { 0 } };
		struct tee tee = { sink_of(&counters[0]), sink_of(&counters[1]), NULL };
		const struct sink sink = tee_sink(&tee);
		void *task = NULL;

		counters[i].err = -EIO;
		assert_int_equal(sink.begin(sink.context), -EIO);
		assert_int_equal(sink.records(sink.context, &task, &event), -EIO);
		assert_int_equal(sink.event(sink.context, &event), -EIO);
		assert_int_equal(sink.end(sink.context, &totals), -EIO);
		assert_int_equal(counters[0].ended + counters[1].ended, 2);
		tee_fini(&tee);
	}
}

static void without_memory_it_says_so(void **state)
{
	const struct event event = { .kind = EVENT_TASK };
	struct counter counters[2] = { { 0 } };
	struct tee tee = { sink_of(&counters[0]), sink_of(&counters[1]), NULL };
	const struct sink sink = tee_sink(&tee);
	void *task = NULL;

	(void)state;
	alloc_fail_at(1);
	assert_int_equal(sink.records(sink.context, &task, &event), -ENOMEM);
	assert_true(alloc_failed());
	assert_int_equal(sink.records(sink.context, &task, &event), 0);
	tee_fini(&tee);
}

/* As a sink that takes events alone, and is asked for that. */
static void sinks_of_events_alone_are_one(void **state)
{
	struct counter counters[2] = { { 0 } };
	struct tee tee = { sink_of(&counters[0]), sink_of(&counters[1]), NULL };

	(void)state;
	tee.first.records = tee.second.records = NULL;
	assert_null(tee_sink(&tee).records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_get_all_of_it),
		cmocka_unit_test(what_fails_is_returned),
		cmocka_unit_test(without_memory_it_says_so),
		cmocka_unit_test(sinks_of_events_alone_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
