// SPDX-License-Identifier: MIT
#include "unit.h"

#include "base/steps.h"

#define NONE KCOV_STEP_NONE

static struct kcov_steps flatten(const struct kcov_range *at, size_t n)
{
	struct kcov_ranges ranges = {};
	struct kcov_steps steps;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(kcov_ranges_add(&ranges, at[i].low, at[i].high, at[i].id), 0);
	assert_int_equal(kcov_steps_init(&ranges, &steps), 0);
	kcov_ranges_fini(&ranges);
	return steps;
}

/* What is expected at the addresses from 0 on. */
static void assert_ids(const struct kcov_range *ranges, size_t n_ranges, const uint64_t *ids,
		       size_t n)
{
	struct kcov_steps steps = flatten(ranges, n_ranges);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(kcov_steps_find(&steps, i), ids[i]);
	for (size_t i = 1; i < steps.n; i++) {
		assert_true(steps.at[i - 1].low < steps.at[i].low);
		assert_true(steps.at[i - 1].id != steps.at[i].id);
	}
	kcov_steps_fini(&steps);
}

#define N(array) (sizeof(array) / sizeof(*(array)))

static void nothing_holds_nothing(void **state)
{
	const uint64_t ids[] = { NONE, NONE };

	(void)state;
	assert_ids(NULL, 0, ids, N(ids));
}

static void empty_ranges_hold_nothing(void **state)
{
	const struct kcov_range ranges[] = { { 1, 1, 7 }, { 2, 1, 8 } };
	const uint64_t ids[] = { NONE, NONE, NONE };

	(void)state;
	assert_ids(ranges, N(ranges), ids, N(ids));
}

static void ranges_hold_what_is_in_them(void **state)
{
	const struct kcov_range ranges[] = { { 4, 6, 1 }, { 1, 2, 0 }, { 2, 3, 0 } };
	const uint64_t ids[] = { NONE, 0, 0, NONE, 1, 1, NONE };

	(void)state;
	assert_ids(ranges, N(ranges), ids, N(ids));
}

static void greater_ids_hold_what_nests(void **state)
{
	const struct kcov_range ranges[] = {
		{ 0, 8, 0 }, { 1, 5, 1 }, { 1, 3, 2 }, { 4, 5, 3 }, { 6, 7, 4 }
	};
	const uint64_t ids[] = { 0, 2, 2, 1, 3, 0, 4, 0, NONE };

	(void)state;
	assert_ids(ranges, N(ranges), ids, N(ids));
}

static void greater_ids_hold_what_overlaps(void **state)
{
	const struct kcov_range ranges[] = { { 0, 3, 5 }, { 2, 6, 1 }, { 4, 9, 3 }, { 5, 7, 2 } };
	const uint64_t ids[] = { 5, 5, 5, 1, 3, 3, 3, 3, 3, NONE };

	(void)state;
	assert_ids(ranges, N(ranges), ids, N(ids));
}

static void ranges_go_up_to_the_last_address(void **state)
{
	const struct kcov_range ranges[] = { { UINT64_MAX - 1, UINT64_MAX, 1 } };
	struct kcov_steps steps = flatten(ranges, N(ranges));

	(void)state;
	assert_int_equal(kcov_steps_find(&steps, UINT64_MAX - 2), NONE);
	assert_int_equal(kcov_steps_find(&steps, UINT64_MAX - 1), 1);
	assert_int_equal(kcov_steps_find(&steps, UINT64_MAX), NONE);
	kcov_steps_fini(&steps);
}

/* A slow and simple way to the same, over all that a small generator makes up. */
static void any_ranges_are_flattened_as_by_hand(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct kcov_range ranges[12];
		uint64_t ids[32];
		size_t n = (size_t)round % N(ranges);

		for (size_t i = 0; i < N(ids); i++)
			ids[i] = NONE;
		for (size_t i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			ranges[i] = (struct kcov_range){ random >> 27, random >> 22 & 31, i };
			for (uint64_t a = ranges[i].low; a < ranges[i].high; a++)
				ids[a] = i;
		}
		assert_ids(ranges, n, ids, N(ids));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_holds_nothing),
		cmocka_unit_test(empty_ranges_hold_nothing),
		cmocka_unit_test(ranges_hold_what_is_in_them),
		cmocka_unit_test(greater_ids_hold_what_nests),
		cmocka_unit_test(greater_ids_hold_what_overlaps),
		cmocka_unit_test(ranges_go_up_to_the_last_address),
		cmocka_unit_test(any_ranges_are_flattened_as_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
