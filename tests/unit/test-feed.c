// SPDX-License-Identifier: MIT
/* Records that come in pieces, of tasks that stop at times. */
#include "unit.h"

#include "alloc.h"
#include "trace/feed.h"

#include <errno.h>
#include <string.h>

enum {
	MOST = 20000,
	MOST_WORDS = 4,
};

/* The function is in the lowest bits. */
static enum noise_function function_of(void *context, uint64_t address)
{
	(void)context;
	return (enum noise_function)(address & 7);
}

static struct kcov_record_kind kind;
static const struct noise noise = { .kind = &kind, .function = function_of };

static uint32_t seed = 7;

static size_t below(size_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* What a task did, and what came out. */
struct play {
	struct feed feed;
	size_t words;
	const struct noise *noise;
	uint64_t in[MOST * MOST_WORDS];
	size_t n_in;
	size_t n_fed;
	uint64_t out[MOST * MOST_WORDS];
	size_t n_out;
	uint64_t room[MOST * MOST_WORDS];
};

static struct play play;

static void begin(size_t words, const struct noise *with)
{
	feed_fini(&play.feed);
	play = (struct play){ .words = words, .noise = with };
	kind.words = words;
	assert_int_equal(feed_init(&play.feed, &kind), 0);
}

/* No two are equal. */
static void record(enum noise_function function, size_t n)
{
	while (n--) {
		uint64_t *at = play.in + play.n_in++ * play.words;

		for (size_t i = 0; i < play.words; i++)
			at[i] = play.n_in << 8 | i << 4 | function;
	}
}

/* The next n that were recorded come; how many come out. */
static size_t feed(size_t n, bool is_stopped)
{
	const size_t words = play.words, size = words * sizeof(*play.in);
	struct feed_part part;

	assert_true(play.n_fed + n <= play.n_in);
	feed_begin(&play.feed, play.room);
	memcpy(play.room + play.feed.n_held * words, play.in + play.n_fed * words, n * size);
	part = feed_end(&play.feed, play.noise, is_stopped, play.room, n);
	memcpy(play.out + play.n_out * words, play.room + part.first * words, part.n * size);
	play.n_fed += n;
	play.n_out += part.n;
	assert_true(play.feed.n_held <= (is_stopped ? 0 : FEED_HELD));
	return part.n;
}

static size_t feed_all(bool is_stopped)
{
	return feed(play.n_in - play.n_fed, is_stopped);
}

/* Those from first on came out, as they came in. */
static void assert_out(size_t first, size_t n)
{
	assert_int_equal(play.n_out, n);
	assert_memory_equal(play.out, play.in + first * play.words,
			    n * play.words * sizeof(*play.in));
}

static void a_few_records_wait_for_what_comes_behind_them(void **state)
{
	(void)state;
	begin(1, &noise);
	record(NOISE_OTHER, FEED_HELD + 1);
	assert_int_equal(feed(0, false), 0);
	assert_int_equal(feed(10, false), 0);
	assert_int_equal(feed(FEED_HELD - 10, false), 0);
	assert_int_equal(feed(1, false), FEED_HELD + 1 - NOISE_MAX);
	assert_int_equal(feed(0, false), 0);
	assert_int_equal(feed(0, true), NOISE_MAX);
	assert_int_equal(feed(0, true), 0);
	assert_out(0, FEED_HELD + 1);
}

static void a_stop_lets_out_what_is_not_of_it(void **state)
{
	(void)state;
	for (size_t words = 1; words <= MOST_WORDS; words += 3) {
		begin(words, &noise);
		record(NOISE_OTHER, 5);
		record(NOISE_STOP, 1);
		record(NOISE_LEAD, 2);
		record(NOISE_OTHER, 20);
		feed_all(false);
		record(NOISE_LEAD, 2);
		record(NOISE_OTHER, 3);
		assert_int_equal(feed_all(false), 0);
		record(NOISE_STOP, 4);
		assert_int_equal(feed_all(true), 20);
		assert_out(8, 20);
	}
}

static void without_noise_a_stop_lets_out_all(void **state)
{
	(void)state;
	begin(1, NULL);
	record(NOISE_STOP, 3);
	record(NOISE_LEAD, 3);
	assert_int_equal(feed_all(false), 0);
	record(NOISE_STOP, 3);
	assert_int_equal(feed_all(true), 9);
	assert_out(0, 9);
}

/* Only what is behind a stop is cut; what comes behind other pieces just looks like it. */
static void there_is_one_way_out_of_a_stop(void **state)
{
	const size_t n = 2 * FEED_HELD;

	(void)state;
	begin(1, &noise);
	record(NOISE_STOP, 1);
	record(NOISE_OTHER, n - NOISE_MAX);
	record(NOISE_STOP, 1);
	record(NOISE_OTHER, NOISE_MAX - 2);
	feed_all(false);
	assert_out(1, n - 1 - NOISE_MAX);
	record(NOISE_OTHER, n);
	feed_all(false);
	assert_out(1, 2 * n - 1 - NOISE_MAX);
	feed_all(true);
	assert_out(1, 2 * n - 1);
}

static void there_is_a_way_out_of_each_stop(void **state)
{
	(void)state;
	begin(1, &noise);
	record(NOISE_OTHER, 2 * FEED_HELD);
	feed_all(false);
	feed_all(true);
	assert_out(0, 2 * FEED_HELD);
	play.n_out = 0;
	record(NOISE_STOP, 1);
	record(NOISE_OTHER, 10);
	feed_all(true);
	assert_out(2 * FEED_HELD + 1, 10);
}

static void another_beginning_forgets_what_waited(void **state)
{
	size_t live;

	(void)state;
	begin(1, &noise);
	record(NOISE_OTHER, 2 * FEED_HELD);
	feed_all(false);
	live = alloc_live();
	assert_int_equal(feed_init(&play.feed, &kind), 0);
	assert_int_equal(alloc_live(), live);
	play.n_out = 0;
	record(NOISE_STOP, 1);
	record(NOISE_OTHER, 7);
	assert_int_equal(feed_all(true), 7);
	assert_out(2 * FEED_HELD + 1, 7);
}

static void in_any_pieces_nothing_is_lost_or_doubled(void **state)
{
	(void)state;
	for (unsigned int round = 0; round < 200; round++) {
		begin(round % 2 ? 1 : MOST_WORDS, NULL);
		for (size_t i = 0; i < MOST / 2; i++)
			record((enum noise_function)below(5), 1);
		while (play.n_fed < play.n_in) {
			const size_t left = play.n_in - play.n_fed;
			const size_t n = below(below(4) ? 100 : 4000);

			feed(n < left ? n : left, below(4) == 0);
			assert_int_equal(play.n_out + play.feed.n_held, play.n_fed);
		}
		feed(0, true);
		assert_out(0, MOST / 2);
	}
}

/* What is between two stops: a way out, what is its own, and a way in with work on it. */
static void record_segment(void)
{
	record(NOISE_OTHER, below(60));
	record(NOISE_STOP, 1 + below(9));
	record(NOISE_LEAD, below(5));
	record(NOISE_OTHER, 40 + below(below(3) ? 200 : 6000));
	record(NOISE_CALLER, below(2));
	record(NOISE_OTHER, below(50));
	record(NOISE_LEAD, 1 + below(5));
	if (below(2)) {
		record(NOISE_WORK, 1 + below(100));
		record(NOISE_LEAD, 1 + below(5));
	}
	record(NOISE_OTHER, below(9));
	record(NOISE_STOP, 1 + below(9));
	record(NOISE_OTHER, below(9));
}

/* What comes to be out of all that was recorded, at once; how many. */
static size_t cut_at_once(uint64_t *records)
{
	const size_t words = play.words;
	size_t first, n;

	memcpy(records, play.in, play.n_in * words * sizeof(*records));
	first = noise_head(&noise, records, play.n_in);
	n = noise_cut_tail(&noise, records + first * words, play.n_in - first);
	memmove(records, records + first * words, n * words * sizeof(*records));
	return n;
}

static void in_any_pieces_the_same_is_cut(void **state)
{
	static uint64_t expected[MOST * MOST_WORDS];

	(void)state;
	for (unsigned int round = 0; round < 2000; round++) {
		const size_t words = round % 2 ? 1 : MOST_WORDS;
		const size_t most = below(2) ? 50 : 3000;
		size_t n;

		begin(words, &noise);
		record_segment();
		n = cut_at_once(expected);
		for (size_t left = play.n_in; left; left = play.n_in - play.n_fed) {
			const size_t piece = 1 + below(most);

			feed(piece < left ? piece : left, piece >= left);
		}
		assert_int_equal(play.n_out, n);
		assert_memory_equal(play.out, expected, n * words * sizeof(*expected));
	}
}

static void without_memory_there_is_no_feed(void **state)
{
	const size_t live = alloc_live();
	struct feed feed = { 0 };

	(void)state;
	alloc_fail_at(1);
	assert_int_equal(feed_init(&feed, &kind), -ENOMEM);
	assert_true(alloc_failed());
	feed_fini(&feed);
	assert_int_equal(feed_init(&feed, &kind), 0);
	assert_int_equal(alloc_live(), live + 1);
	feed_fini(&feed);
	/* Twice, too. */
	feed_fini(&feed);
	assert_int_equal(alloc_live(), live);
}

static int teardown(void **state)
{
	(void)state;
	feed_fini(&play.feed);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_few_records_wait_for_what_comes_behind_them),
		cmocka_unit_test(a_stop_lets_out_what_is_not_of_it),
		cmocka_unit_test(without_noise_a_stop_lets_out_all),
		cmocka_unit_test(there_is_one_way_out_of_a_stop),
		cmocka_unit_test(there_is_a_way_out_of_each_stop),
		cmocka_unit_test(another_beginning_forgets_what_waited),
		cmocka_unit_test(in_any_pieces_nothing_is_lost_or_doubled),
		cmocka_unit_test(in_any_pieces_the_same_is_cut),
		cmocka_unit_test(without_memory_there_is_no_feed),
	};

	return cmocka_run_group_tests(tests, NULL, teardown);
}
