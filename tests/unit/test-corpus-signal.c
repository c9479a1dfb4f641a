// SPDX-License-Identifier: MIT
#include "unit.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <stdlib.h>
#include <string.h>

#define N_SLOTS 64
/* Three quarters. */
#define ROOM 48

static uint64_t slots[N_SLOTS], more_slots[4 * N_SLOTS], values[ROOM + 1], fresh[ROOM + 1];

static struct kcov_signal make(void)
{
	struct kcov_signal signal;

	memset(slots, 0xa5, sizeof(slots));
	assert_int_equal(kcov_signal_init(slots, N_SLOTS, &signal), 0);
	for (size_t i = 0; i <= ROOM; i++)
		values[i] = i * 0x1000001;
	return signal;
}

static void what_is_added_is_told_once_in_its_order(void **state)
{
	const uint64_t mixed[] = { 5, 0, 5, UINT64_MAX, 0, 7 };
	struct kcov_signal signal = make();
	size_t n = 42;

	(void)state;
	assert_int_equal(kcov_signal_missing(&signal, mixed, 6), 6);
	assert_int_equal(kcov_signal_add(&signal, mixed, 6, fresh, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(fresh[0], 5);
	assert_int_equal(fresh[1], 0);
	assert_int_equal(fresh[2], UINT64_MAX);
	assert_int_equal(fresh[3], 7);
	assert_int_equal(signal.count, 4);
	assert_int_equal(kcov_signal_missing(&signal, mixed, 6), 0);
	assert_int_equal(kcov_signal_add(&signal, mixed, 6, NULL, &n), 0);
	assert_int_equal(n, 0);
}

static void fresh_values_can_take_the_place_of_all(void **state)
{
	uint64_t mixed[] = { 1, 2, 2, 3 };
	struct kcov_signal signal = make();
	size_t n;

	(void)state;
	assert_int_equal(kcov_signal_add(&signal, mixed, 4, mixed, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(mixed[2], 3);
}

static void three_quarters_fit_and_no_more(void **state)
{
	struct kcov_signal signal = make();
	size_t n;

	(void)state;
	assert_int_equal(kcov_signal_add(&signal, values, ROOM, NULL, &n), 0);
	assert_int_equal(n, ROOM);
	n = 42;
	assert_int_equal(kcov_signal_add(&signal, values + ROOM, 1, NULL, &n), -ENOSPC);
	assert_int_equal(n, 42);
	assert_int_equal(signal.count, ROOM);
	/* What it has needs no room. */
	assert_int_equal(kcov_signal_add(&signal, values, ROOM, NULL, &n), 0);
	assert_int_equal(n, 0);
}

static void enospc_adds_nothing(void **state)
{
	struct kcov_signal signal = make();
	size_t n = 42;

	(void)state;
	assert_int_equal(kcov_signal_add(&signal, values, ROOM + 1, fresh, &n), -ENOSPC);
	assert_int_equal(n, 42);
	assert_int_equal(signal.count, 0);
	assert_int_equal(kcov_signal_missing(&signal, values, ROOM + 1), ROOM + 1);
}

static void a_copy_into_a_larger_one_goes_on(void **state)
{
	struct kcov_signal signal = make(), larger;
	size_t n;

	(void)state;
	assert_int_equal(kcov_signal_add(&signal, values, ROOM, NULL, &n), 0);
	assert_int_equal(kcov_signal_init(more_slots, 4 * N_SLOTS, &larger), 0);
	assert_int_equal(kcov_signal_copy(&signal, &larger), 0);
	assert_int_equal(larger.count, ROOM);
	assert_int_equal(kcov_signal_missing(&larger, values, ROOM), 0);
	assert_int_equal(kcov_signal_add(&larger, values + ROOM, 1, NULL, &n), 0);
	assert_int_equal(n, 1);
}

static void a_copy_that_does_not_fit_is_enospc_and_none(void **state)
{
	struct kcov_signal signal = make(), small;
	uint64_t few[8];
	size_t n;

	(void)state;
	assert_int_equal(kcov_signal_add(&signal, values, 7, NULL, &n), 0);
	assert_int_equal(kcov_signal_init(few, 8, &small), 0);
	assert_int_equal(kcov_signal_copy(&signal, &small), -ENOSPC);
	assert_int_equal(small.count, 0);
	/* Unless it has some of them. */
	assert_int_equal(kcov_signal_add(&small, values, 6, NULL, &n), 0);
	assert_int_equal(kcov_signal_copy(&signal, &small), -ENOSPC);
	assert_int_equal(small.count, 6);
	signal = make();
	assert_int_equal(kcov_signal_add(&signal, values, 6, NULL, &n), 0);
	assert_int_equal(kcov_signal_copy(&signal, &small), 0);
	assert_int_equal(small.count, 6);
}

static void slots_that_are_no_power_of_two_are_einval(void **state)
{
	struct kcov_signal signal = { .count = 42 };

	(void)state;
	assert_int_equal(kcov_signal_init(slots, 0, &signal), -EINVAL);
	assert_int_equal(kcov_signal_init(slots, 48, &signal), -EINVAL);
	assert_int_equal(signal.count, 42);
}

static void one_slot_holds_nothing_and_two_hold_one(void **state)
{
	struct kcov_signal signal;
	size_t n;

	(void)state;
	assert_int_equal(kcov_signal_init(slots, 1, &signal), 0);
	assert_int_equal(kcov_signal_missing(&signal, values, ROOM), ROOM);
	assert_int_equal(kcov_signal_add(&signal, values, 1, NULL, &n), -ENOSPC);
	assert_int_equal(kcov_signal_init(slots, 2, &signal), 0);
	assert_int_equal(kcov_signal_add(&signal, values + 1, 1, NULL, &n), 0);
	assert_int_equal(kcov_signal_missing(&signal, values, ROOM), ROOM - 1);
}

static void random_values_are_as_a_sorted_set_says(void **state)
{
	static uint64_t large[1 << 12];
	struct kcov_signal signal;
	bool there[2048] = { false };
	size_t n, total = 0;

	(void)state;
	srand(1);
	assert_int_equal(kcov_signal_init(large, 1 << 12, &signal), 0);
	for (int i = 0; i < 20000; i++) {
		const size_t index = (size_t)rand() % 2048;
		/* Neighbours, whole pages apart, zero among them. */
		const uint64_t value = index * 0x1000;

		assert_int_equal(kcov_signal_missing(&signal, &value, 1), !there[index]);
		assert_int_equal(kcov_signal_add(&signal, &value, 1, NULL, &n), 0);
		assert_int_equal(n, !there[index]);
		total += n;
		there[index] = true;
	}
	assert_int_equal(signal.count, total);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_added_is_told_once_in_its_order),
		cmocka_unit_test(fresh_values_can_take_the_place_of_all),
		cmocka_unit_test(three_quarters_fit_and_no_more),
		cmocka_unit_test(enospc_adds_nothing),
		cmocka_unit_test(a_copy_into_a_larger_one_goes_on),
		cmocka_unit_test(a_copy_that_does_not_fit_is_enospc_and_none),
		cmocka_unit_test(slots_that_are_no_power_of_two_are_einval),
		cmocka_unit_test(one_slot_holds_nothing_and_two_hold_one),
		cmocka_unit_test(random_values_are_as_a_sorted_set_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
