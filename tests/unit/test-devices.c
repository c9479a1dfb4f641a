// SPDX-License-Identifier: MIT
#include "unit.h"

#include "fake.h"
#include "trace/devices.h"

enum {
	/* What the first are opened with; 32 are many, and smaller ones have an eighth. */
	CAPACITY = 4096 - 1,
	MANY = 32,
};

static struct devices devices_of(bool may_shrink)
{
	return (struct devices){
		.opts = { .size = sizeof(struct kcov_opts), .capacity = CAPACITY },
		.may_shrink = may_shrink,
	};
}

static struct device *take(struct devices *devices, size_t capacity)
{
	struct device *device;

	assert_int_equal(devices_take(devices, capacity, &device), 0);
	assert_int_equal(device->capacity, kcov_capacity(device->kcov, KCOV_MODE_PC));
	return device;
}

static void take_many(struct devices *devices)
{
	while (devices->n < MANY)
		assert_true(take(devices, 0)->capacity >= CAPACITY);
}

static void fini(struct devices *devices)
{
	devices_fini(devices);
	assert_int_equal(fake_state().fds, 0);
	assert_int_equal(fake_state().regions, 0);
}

static void behind_many_they_may_be_smaller(void **state)
{
	struct devices small = devices_of(true), large = devices_of(false);

	(void)state;
	take_many(&small);
	assert_true(take(&small, 0)->capacity < CAPACITY);
	fini(&small);
	take_many(&large);
	assert_true(take(&large, 0)->capacity >= CAPACITY);
	fini(&large);
}

/* A task with a small one that it filled asks for one that is larger, and less than the first. */
static void behind_many_they_are_as_large_as_asked_for(void **state)
{
	struct devices devices = devices_of(true);
	struct device *device;

	(void)state;
	take_many(&devices);
	device = take(&devices, CAPACITY / 2);
	assert_true(device->capacity >= CAPACITY / 2);
	devices_give(&devices, device);
	assert_ptr_equal(take(&devices, CAPACITY / 2), device);
	assert_true(take(&devices, CAPACITY)->capacity >= CAPACITY);
	fini(&devices);
}

static void one_that_is_given_back_comes_again(void **state)
{
	struct devices devices = devices_of(false);
	struct device *first = take(&devices, 0), *second = take(&devices, 2 * CAPACITY);

	(void)state;
	assert_true(second->capacity >= 2 * CAPACITY);
	devices_give(&devices, first);
	assert_ptr_not_equal(take(&devices, first->capacity + 1), first);
	assert_ptr_equal(take(&devices, first->capacity), first);
	assert_int_equal(devices.n, 3);
	fini(&devices);
}

static void the_largest_is_known(void **state)
{
	struct devices devices = devices_of(false);
	struct device *large;

	(void)state;
	take(&devices, 0);
	large = take(&devices, 2 * CAPACITY);
	take(&devices, 0);
	assert_int_equal(devices.largest, large->capacity);
	fini(&devices);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(behind_many_they_may_be_smaller),
		cmocka_unit_test(behind_many_they_are_as_large_as_asked_for),
		cmocka_unit_test(one_that_is_given_back_comes_again),
		cmocka_unit_test(the_largest_is_known),
	};

	fake_boot(&(const struct fake_kernel){ .cmp = true });
	return cmocka_run_group_tests(tests, NULL, NULL);
}
