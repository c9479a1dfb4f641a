// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "coverage/streams.h"

#include <errno.h>
#include <string.h>

static void assert_stream(const struct streams *streams, size_t i, pid_t pid, pid_t tid,
			  const uint64_t *records, size_t n)
{
	const struct stream *stream = streams->at[i];

	assert_true(i < streams->n);
	assert_int_equal(stream->pid, pid);
	assert_int_equal(stream->tid, tid);
	assert_int_equal(stream->n, n);
	assert_memory_equal(stream->at, records, n * streams->words * sizeof(*records));
}

static void fini(struct streams *streams)
{
	streams_fini(streams);
	assert_int_equal(alloc_live(), 0);
}

static void nothing_is_left_of_what_had_nothing(void **state)
{
	struct streams streams = { .words = 1 };

	(void)state;
	fini(&streams);
}

static void in_order_each_task_has_its_own_records(void **state)
{
	static const uint64_t pcs[] = { 1, 2, 2, 3, 1 };
	struct streams streams = { .words = 1 };
	struct stream *a = NULL, *b = NULL, *again = NULL;

	(void)state;
	assert_int_equal(streams_add(&streams, &a, 10, 11, pcs, 2, 0), 0);
	assert_int_equal(streams_add(&streams, &b, 10, 10, pcs + 1, 1, 0), 0);
	assert_int_equal(streams_add(&streams, &a, 10, 11, pcs + 2, 3, 0), 0);
	/* Its ids came again, of another task; which then executes something in the place of 10. */
	assert_int_equal(streams_add(&streams, &again, 10, 11, pcs + 3, 1, 0), 0);
	assert_int_equal(streams_add(&streams, &again, 10, 11, pcs + 4, 1, 0), 0);
	assert_int_equal(streams_add(&streams, &again, 10, 10, pcs, 1, 0), 0);
	assert_int_equal(streams.n, 4);
	assert_stream(&streams, 0, 10, 11, pcs, 5);
	assert_stream(&streams, 1, 10, 10, pcs + 1, 1);
	assert_stream(&streams, 2, 10, 11, pcs + 3, 2);
	assert_stream(&streams, 3, 10, 10, pcs, 1);
	fini(&streams);
}

static void a_task_may_come_without_records(void **state)
{
	static const uint64_t pcs[] = { 1, 2 };
	struct streams streams = { .words = 1 };
	struct stream *a = NULL;

	(void)state;
	assert_int_equal(streams_add(&streams, &a, 10, 10, pcs, 0, 0), 0);
	assert_int_equal(streams.n, 1);
	assert_int_equal(streams.at[0]->n, 0);
	assert_int_equal(streams_add(&streams, &a, 10, 10, pcs, 2, 0), 0);
	assert_int_equal(streams_add(&streams, &a, 10, 10, pcs, 0, 0), 0);
	assert_stream(&streams, 0, 10, 10, pcs, 2);
	fini(&streams);
}

static void many_records_in_many_pieces_keep_their_order(void **state)
{
	static uint64_t records[3000 * 4];
	struct streams streams = { .words = 4 };
	struct stream *currents[4] = { NULL };

	(void)state;
	for (size_t i = 0; i < 3000 * 4; i++)
		records[i] = i;
	for (size_t i = 0, n = 1; i < 3000; i += n, n = i % 7 + 1 < 3000 - i ? i % 7 + 1 : 3000 - i)
		for (pid_t tid = 1; tid <= 3; tid++)
			assert_int_equal(streams_add(&streams, &currents[tid], 1, tid,
						     records + i * 4, n, 0),
					 0);
	assert_int_equal(streams.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_stream(&streams, i, 1, (pid_t)i + 1, records, 3000);
	fini(&streams);
}

/* Whether there was as much. What there was stays, and what was not taken can be added. */
static bool add_without(size_t nth)
{
	static const uint64_t pcs[] = { 1, 2, 3, 4 };
	struct streams streams = { .words = 1 };
	struct stream *currents[2] = { NULL };
	bool failed = false;

	alloc_fail_at(nth);
	for (size_t i = 0; i < 4; i++) {
		const pid_t tid = (pid_t)(10 + i % 2);
		int err = streams_add(&streams, &currents[i % 2], 10, tid, &pcs[i], 1, 0);

		if (!err)
			continue;
		assert_int_equal(err, -ENOMEM);
		assert_false(failed);
		failed = true;
		assert_int_equal(streams_add(&streams, &currents[i % 2], 10, tid, &pcs[i], 1, 0),
				 0);
	}
	assert_int_equal(alloc_failed(), failed);
	assert_int_equal(streams.n, 2);
	assert_stream(&streams, 0, 10, 10, (uint64_t[]){ 1, 3 }, 2);
	assert_stream(&streams, 1, 10, 11, (uint64_t[]){ 2, 4 }, 2);
	fini(&streams);
	return failed;
}

static void without_memory_what_there_was_stays(void **state)
{
	size_t nth = 1;

	(void)state;
	while (add_without(nth))
		nth++;
	/* Of both tasks, and of what they have. */
	assert_true(nth > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left_of_what_had_nothing),
		cmocka_unit_test(in_order_each_task_has_its_own_records),
		cmocka_unit_test(a_task_may_come_without_records),
		cmocka_unit_test(many_records_in_many_pieces_keep_their_order),
		cmocka_unit_test(without_memory_what_there_was_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
