// SPDX-License-Identifier: MIT
/* What a run's events add up to. */
#include "unit.h"

#include "alloc.h"
#include "coverage/set.h"

#include <errno.h>
#include <string.h>

static const uint64_t pcs[] = { 1, 2, 2 };

static struct event event_of(enum event_kind kind, pid_t tid, size_t n)
{
	return (struct event){
		.kind = kind,
		.pid = 10,
		.tid = tid,
		.records = { .kind = kcov_record_kind(KCOV_MODE_PC), .records = pcs, .count = n }
	};
}

static void end(const struct sink *sink)
{
	const struct totals totals = { 0 };

	assert_int_equal(sink->end(sink->context, &totals), 0);
}

static void fini(struct set *set)
{
	set_fini(set);
	assert_int_equal(alloc_live(), 0);
}

static void of_pieces_it_keeps_how_often_what_came(void **state)
{
	struct set set = { .mode = KCOV_MODE_PC };
	const struct sink sink = set_sink(&set);
	struct event piece = event_of(EVENT_TASK, 10, 3);
	void *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.records(sink.context, &first, &piece), 0);
	piece.tid = 11;
	piece.doubts = KCOV_DRAIN_FULL;
	assert_int_equal(sink.records(sink.context, &second, &piece), 0);
	end(&sink);
	assert_int_equal(set.tally.n, 2);
	assert_int_equal(set.tally.total, 6);
	assert_int_equal(set.doubts, KCOV_DRAIN_FULL);
	fini(&set);
}

static void in_order_it_keeps_them_by_task(void **state)
{
	struct set set = { .mode = KCOV_MODE_PC, .is_ordered = true };
	const struct sink sink = set_sink(&set);
	const struct event first = event_of(EVENT_TASK, 10, 3),
			   second = event_of(EVENT_TASK, 11, 1);
	void *a = NULL, *b = NULL;

	(void)state;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.records(sink.context, &a, &first), 0);
	assert_int_equal(sink.records(sink.context, &b, &second), 0);
	assert_int_equal(sink.records(sink.context, &a, &second), 0);
	end(&sink);
	assert_int_equal(set.streams.n, 3);
	assert_int_equal(set.streams.at[0]->n, 3);
	/* A task that has another id than before is another one. */
	assert_int_equal(set.streams.at[1]->n, 1);
	assert_int_equal(set.streams.at[2]->n, 1);
	fini(&set);
}

static void of_comparisons_it_counts_whole_records(void **state)
{
	static const uint64_t records[8] = { 0, 1, 2, 3, 0, 1, 2, 4 };
	struct set set = { .mode = KCOV_MODE_CMP };
	const struct sink sink = set_sink(&set);
	struct event piece = event_of(EVENT_TASK, 10, 2);
	void *stream = NULL;

	(void)state;
	piece.records.kind = kcov_record_kind(KCOV_MODE_CMP);
	piece.records.records = records;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.records(sink.context, &stream, &piece), 0);
	assert_int_equal(sink.records(sink.context, &stream, &piece), 0);
	end(&sink);
	assert_int_equal(set.tally.n, 2);
	assert_int_equal(set.tally.total, 4);
	fini(&set);
}

/* As --fast has it. */
static void a_buffer_without_room_for_the_rest_is_told(void **state)
{
	struct set set = { .mode = KCOV_MODE_PC };
	const struct sink sink = set_sink(&set);
	struct event piece = event_of(EVENT_TASK, 10, 3);
	void *stream = NULL;

	(void)state;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.records(sink.context, &stream, &piece), 0);
	assert_false(set.is_full);
	piece.records.full = true;
	assert_int_equal(sink.records(sink.context, &stream, &piece), 0);
	piece.records.full = false;
	assert_int_equal(sink.records(sink.context, &stream, &piece), 0);
	end(&sink);
	assert_true(set.is_full);
	fini(&set);
}

static void what_has_no_records_is_not_of_it(void **state)
{
	struct set set = { .mode = KCOV_MODE_PC };
	const struct sink sink = set_sink(&set);
	const struct event event = event_of(EVENT_NOT_COVERED, 10, 0);

	(void)state;
	assert_int_equal(sink.begin(sink.context), 0);
	assert_int_equal(sink.event(sink.context, &event), 0);
	end(&sink);
	assert_int_equal(set.tally.n, 0);
	fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_pieces_it_keeps_how_often_what_came),
		cmocka_unit_test(in_order_it_keeps_them_by_task),
		cmocka_unit_test(of_comparisons_it_counts_whole_records),
		cmocka_unit_test(a_buffer_without_room_for_the_rest_is_told),
		cmocka_unit_test(what_has_no_records_is_not_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
