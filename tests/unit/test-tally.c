// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "coverage/tally.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum {
	/* There have to be more slots a few times. */
	MANY = 10000,
};

/* The ith of many that differ in one word. */
static void make_record(size_t i, size_t words, uint64_t *ret)
{
	for (size_t word = 0; word < words; word++)
		ret[word] = 0xffffffff81000000;
	ret[i % words] += (i / words + 1) << 4;
}

/* Which one of them it is. */
static size_t index_of(const uint64_t *record, size_t words)
{
	size_t word = 0;

	while (word + 1 < words && record[word] == 0xffffffff81000000)
		word++;
	return ((record[word] - 0xffffffff81000000) / 16 - 1) * words + word;
}

static void add_one(struct tally *tally, size_t i)
{
	uint64_t record[4];

	make_record(i, tally->words, record);
	assert_int_equal(tally_add(tally, record, 1), 0);
}

/* All of many are there, each so often. It is over then. */
static void assert_many(struct tally *tally, uint64_t hits)
{
	bool is_there[MANY] = { false };
	const size_t words = tally->words;

	assert_int_equal(tally_list(tally), 0);
	assert_int_equal(tally->n, MANY);
	assert_int_equal(tally->total, MANY * hits);
	for (size_t i = 0; i < MANY; i++) {
		const uint64_t *record = tally->records + i * words;
		const size_t index = index_of(record, words);
		uint64_t again[4];

		assert_true(index < MANY && !is_there[index]);
		is_there[index] = true;
		make_record(index, words, again);
		assert_memory_equal(record, again, words * sizeof(*record));
		assert_int_equal(tally->hits[i], hits);
	}
	tally_fini(tally);
	assert_int_equal(alloc_live(), 0);
}

/* In a list. */
static uint64_t hits_of(const struct tally *tally, const uint64_t *record)
{
	const size_t words = tally->words;

	for (size_t i = 0; i < tally->n; i++)
		if (memcmp(tally->records + i * words, record, words * sizeof(*record)) == 0)
			return tally->hits[i];
	return 0;
}

static void of_nothing_there_is_an_empty_list(void **state)
{
	struct tally tally = { .words = 1 };

	(void)state;
	assert_int_equal(tally_add(&tally, NULL, 0), 0);
	assert_int_equal(tally_list(&tally), 0);
	assert_int_equal(tally.n, 0);
	assert_int_equal(tally.total, 0);
	assert_non_null(tally.records);
	assert_non_null(tally.hits);
	tally_fini(&tally);
	assert_int_equal(alloc_live(), 0);
}

static void each_record_is_counted(void **state)
{
	static const uint64_t pcs[] = { 7, 0, 7, UINT64_MAX, 3, 0, 7 };
	struct tally tally = { .words = 1 };

	(void)state;
	assert_int_equal(tally_add(&tally, pcs, 7), 0);
	assert_int_equal(tally.total, 7);
	assert_int_equal(tally_add(&tally, pcs, 5), 0);
	assert_int_equal(tally.total, 12);
	assert_int_equal(tally_list(&tally), 0);
	assert_int_equal(tally.n, 4);
	assert_int_equal(hits_of(&tally, &pcs[0]), 5);
	assert_int_equal(hits_of(&tally, &pcs[1]), 3);
	assert_int_equal(hits_of(&tally, &pcs[3]), 2);
	assert_int_equal(hits_of(&tally, &pcs[4]), 2);
	tally_fini(&tally);
}

static void records_of_four_words_differ_in_any_of_them(void **state)
{
	static const uint64_t records[][4] = { { 1, 2, 3, 4 }, { 1, 2, 3, 5 }, { 1, 2, 0, 4 },
					       { 1, 0, 3, 4 }, { 0, 2, 3, 4 }, { 4, 3, 2, 1 },
					       { 0, 0, 0, 0 }, { 1, 2, 3, 4 } };
	struct tally tally = { .words = 4 };

	(void)state;
	assert_int_equal(tally_add(&tally, records[0], 8), 0);
	assert_int_equal(tally.total, 8);
	assert_int_equal(tally_list(&tally), 0);
	assert_int_equal(tally.n, 7);
	assert_int_equal(hits_of(&tally, records[0]), 2);
	for (size_t i = 1; i < 7; i++)
		assert_int_equal(hits_of(&tally, records[i]), 1);
	tally_fini(&tally);
}

static void many_are_counted_like_a_few(void **state)
{
	(void)state;
	for (size_t words = 1; words <= 4; words++) {
		struct tally tally = { .words = words };

		for (size_t i = 0; i < MANY; i++)
			add_one(&tally, i);
		assert_int_equal(tally.total, MANY);
		for (size_t i = MANY; i--;)
			add_one(&tally, i);
		assert_many(&tally, 2);
	}
}

/* Whether there was as much. If not, the rest can be added, and then all once more. */
static bool add_many_without(size_t nth, size_t words)
{
	static uint64_t records[MANY * 4];
	struct tally tally = { .words = words };
	bool failed;
	size_t n;
	int err;

	for (size_t i = 0; i < MANY; i++)
		make_record(i, words, records + i * words);
	alloc_fail_at(nth);
	err = tally_add(&tally, records, MANY);
	failed = alloc_failed();
	assert_int_equal(err, failed ? -ENOMEM : 0);
	n = tally.total;
	assert_true(failed ? n < MANY : n == MANY);
	assert_int_equal(tally_add(&tally, records + n * words, MANY - n), 0);
	assert_int_equal(tally_add(&tally, records, MANY), 0);
	assert_many(&tally, 2);
	return failed;
}

static void without_memory_the_first_ones_are_added(void **state)
{
	size_t n = 0;

	(void)state;
	while (add_many_without(n + 1, 1))
		n++;
	/* As often as there were to be more slots. */
	assert_true(n >= 3);
	for (size_t nth = 1; nth < n; nth++)
		assert_true(add_many_without(nth, 4));
}

static void without_memory_there_is_no_list(void **state)
{
	(void)state;
	for (size_t nth = 1; nth <= 5; nth++) {
		/* One word: what came last has to get slots first. */
		struct tally tally = { .words = nth <= 2 ? 4 : 1 };

		add_one(&tally, 1);
		alloc_fail_at(nth <= 2 ? nth : nth - 2);
		assert_int_equal(tally_list(&tally), -ENOMEM);
		assert_true(alloc_failed());
		assert_int_equal(tally.total, 1);
		tally_fini(&tally);
		assert_int_equal(alloc_live(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_nothing_there_is_an_empty_list),
		cmocka_unit_test(each_record_is_counted),
		cmocka_unit_test(records_of_four_words_differ_in_any_of_them),
		cmocka_unit_test(many_are_counted_like_a_few),
		cmocka_unit_test(without_memory_the_first_ones_are_added),
		cmocka_unit_test(without_memory_there_is_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
