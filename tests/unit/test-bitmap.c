// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <stdlib.h>
#include <string.h>

#define COUNT 1000

static uint64_t pcs[COUNT], edges[COUNT], others[COUNT];
static uint8_t map[1 << 16], seen[1 << 16];

static void make_trace(unsigned int seed)
{
	srand(seed);
	for (size_t i = 0; i < COUNT; i++)
		pcs[i] = 0xffffffff81000000 + (uint64_t)(rand() & 0x1ffffff);
}

/* From page offset to page offset, one after the other. */
static uint64_t edge_between(uint64_t from, uint64_t to)
{
	const uint64_t trace[] = { from, to };
	uint64_t ret[2];

	kcov_edges(trace, 2, ret);
	return ret[1];
}

static void an_edge_is_of_a_pc_and_the_one_before(void **state)
{
	(void)state;
	make_trace(1);
	kcov_edges(pcs, COUNT, edges);
	for (size_t i = 1; i < COUNT; i++) {
		assert_true(edges[i] <= UINT32_MAX);
		assert_int_equal(edges[i], edge_between(pcs[i - 1], pcs[i]));
	}
	/* The first is a step from nowhere. */
	kcov_edges(pcs + 5, 1, others);
	assert_int_equal(others[0], edge_between(0, pcs[5]));
}

static void edges_do_not_depend_on_where_pages_are(void **state)
{
	(void)state;
	make_trace(2);
	kcov_edges(pcs, COUNT, edges);
	/* KASLR and the loader move whole pages, of a module by another way than of others. */
	for (size_t i = 0; i < COUNT; i++)
		pcs[i] += i % 3 ? 0x1c200000 : 0x3000;
	kcov_edges(pcs, COUNT, pcs);
	assert_memory_equal(edges, pcs, sizeof(edges));
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void different_steps_are_different_edges(void **state)
{
	enum {
		STEP = 37
	};
	static uint32_t all[(4096 / STEP + 1) * (4096 / STEP + 1)];
	size_t n = 0;

	(void)state;
	for (uint64_t from = 0; from < 4096; from += STEP)
		for (uint64_t to = 0; to < 4096; to += STEP)
			all[n++] = (uint32_t)edge_between(from, to);
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 1; i < n; i++)
		assert_int_not_equal(all[i], all[i - 1]);
}

static void a_map_counts_each_edge_in_its_byte(void **state)
{
	(void)state;
	make_trace(3);
	kcov_edges(pcs, COUNT, edges);
	for (unsigned int bits = 0; bits <= 16; bits++) {
		const size_t size = (size_t)1 << bits;
		static unsigned int hits[1 << 16];

		memset(map, 0, sizeof(map));
		memset(hits, 0, sizeof(hits));
		assert_int_equal(kcov_bitmap_add(pcs, COUNT, size, map), 0);
		for (size_t i = 0; i < COUNT; i++)
			hits[bits ? edges[i] >> (32 - bits) : 0]++;
		for (size_t i = 0; i < size; i++)
			assert_int_equal(map[i], hits[i] ? (hits[i] - 1) % 255 + 1 : 0);
	}
}

/* The number of PCs decides on which way they are counted. */
static void any_number_of_pcs_is_counted(void **state)
{
	(void)state;
	make_trace(4);
	for (size_t count = 0; count < 200; count++) {
		unsigned int hits = 0;

		memset(map, 0, sizeof(map));
		assert_int_equal(kcov_bitmap_add(pcs, count, sizeof(map), map), 0);
		for (size_t i = 0; i < sizeof(map); i++)
			hits += map[i];
		assert_int_equal(hits, count);
	}
}

static void a_count_that_overflows_is_not_zero(void **state)
{
	uint8_t one = 0;

	(void)state;
	make_trace(5);
	assert_int_equal(kcov_bitmap_add(pcs, 255, 1, &one), 0);
	assert_int_equal(one, 255);
	assert_int_equal(kcov_bitmap_add(pcs, 1, 1, &one), 0);
	assert_int_equal(one, 1);
}

static void a_size_that_is_no_power_of_two_is_einval(void **state)
{
	(void)state;
	map[0] = 7;
	assert_int_equal(kcov_bitmap_add(pcs, COUNT, 0, map), -EINVAL);
	assert_int_equal(kcov_bitmap_add(pcs, COUNT, 3, map), -EINVAL);
	assert_int_equal(kcov_bitmap_add(pcs, COUNT, 65535, map), -EINVAL);
	if (sizeof(size_t) > 4)
		assert_int_equal(kcov_bitmap_add(pcs, COUNT, (size_t)((uint64_t)1 << 33), map),
				 -EINVAL);
	assert_int_equal(map[0], 7);
}

static void buckets_are_afls(void **state)
{
	static const struct {
		unsigned int from;
		uint8_t bucket;
	} buckets[] = { { 0, 0 },  { 1, 1 },   { 2, 2 },   { 3, 4 },     { 4, 8 },
			{ 8, 16 }, { 16, 32 }, { 32, 64 }, { 128, 128 }, { 256, 0 } };

	(void)state;
	for (unsigned int i = 0; i < 256; i++)
		map[i] = (uint8_t)i;
	map[256] = 77;
	kcov_bitmap_bucket(256, map);
	for (size_t i = 0; buckets[i].from < 256; i++)
		for (unsigned int j = buckets[i].from; j < buckets[i + 1].from; j++)
			assert_int_equal(map[j], buckets[i].bucket);
	assert_int_equal(map[256], 77);
	/* Any size, also less than a word. */
	map[0] = 5;
	map[1] = 5;
	kcov_bitmap_bucket(1, map);
	assert_int_equal(map[0], 8);
	assert_int_equal(map[1], 5);
}

static void novelty_is_the_greatest_of_all_bytes(void **state)
{
	(void)state;
	for (size_t at = 0; at < 20; at++) {
		memset(map, 0, sizeof(map));
		memset(seen, 0, sizeof(seen));
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_NONE);
		map[at] = 1;
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_EDGES);
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_NONE);
		map[at] = 8;
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_HITS);
		assert_int_equal(seen[at], 9);
		/* Another number here, a first time there. */
		map[at] = 16;
		map[19 - at] = at == 19 - at ? 16 : 1;
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_EDGES);
		/* What is seen no more stays seen. */
		memset(map, 0, 20);
		assert_int_equal(kcov_bitmap_merge(map, 20, seen), KCOV_NOVELTY_NONE);
		assert_int_equal(seen[at], 25);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_edge_is_of_a_pc_and_the_one_before),
		cmocka_unit_test(edges_do_not_depend_on_where_pages_are),
		cmocka_unit_test(different_steps_are_different_edges),
		cmocka_unit_test(a_map_counts_each_edge_in_its_byte),
		cmocka_unit_test(any_number_of_pcs_is_counted),
		cmocka_unit_test(a_count_that_overflows_is_not_zero),
		cmocka_unit_test(a_size_that_is_no_power_of_two_is_einval),
		cmocka_unit_test(buckets_are_afls),
		cmocka_unit_test(novelty_is_the_greatest_of_all_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
