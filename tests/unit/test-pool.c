// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <pthread.h>

static uint64_t areas[2][512];

/* clang-format off */
/* The steps of kcov_open() of the pool's device number i_. */
#define OPENED(i_) \
	{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 }, \
	{ .call = SCRIPT_DUP, .fd = 3, .result = 500 + (i_) }, \
	{ .call = SCRIPT_CLOSE, .fd = 3 }, \
	{ .call = SCRIPT_IOCTL, .fd = 500 + (i_), .request = 0x80086301, .arg = 512 }, \
	{ .call = SCRIPT_RESERVE, .arg = 4096, .area = areas[i_] }, \
	{ .call = SCRIPT_MAP, .fd = 500 + (i_), .arg = 4096, .area = areas[i_] }

#define ENABLED(i_, mode_, result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500 + (i_), .request = 0x6364, .arg = (mode_), \
	  .result = (result_) }

#define DISABLED(i_, result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500 + (i_), .request = 0x6365, .result = (result_) }

#define CLOSED(i_) \
	{ .call = SCRIPT_UNMAP, .arg = 4096, .area = areas[i_] }, \
	{ .call = SCRIPT_CLOSE, .fd = 500 + (i_) }
/* clang-format on */

static const struct kcov_opts one_page = { .size = sizeof(one_page), .capacity = 511 };

static const struct script_step nothing[] = { SCRIPT_LAST };

/* A pool of two. */
static int setup(void **state)
{
	static const struct script_step steps[] = { OPENED(0), OPENED(1), SCRIPT_LAST };
	static struct kcov_pool *pool;

	script_begin(steps);
	if (kcov_pool_open(&one_page, 2, &pool))
		return -1;
	script_end();
	*state = pool;
	return 0;
}

static int teardown(void **state)
{
	static const struct script_step steps[] = { CLOSED(0), CLOSED(1), SCRIPT_LAST };

	script_begin(steps);
	kcov_pool_close(*state);
	script_end();
	return 0;
}

static struct kcov *take(struct kcov_pool *pool)
{
	struct kcov *kcov = NULL;

	script_begin(nothing);
	assert_int_equal(kcov_pool_take(pool, &kcov), 0);
	script_end();
	return kcov;
}

static void give_is(struct kcov_pool *pool, struct kcov *kcov, const struct script_step *steps,
		    int expected)
{
	script_begin(steps);
	assert_int_equal(kcov_pool_give(pool, kcov), expected);
	script_end();
}

static void pool_open_fails(size_t devices, const struct script_step *steps, int err)
{
	struct kcov_pool *untouched = (struct kcov_pool *)areas;

	script_begin(steps);
	assert_int_equal(kcov_pool_open(&one_page, devices, &untouched), err);
	assert_ptr_equal(untouched, areas);
	script_end();
}

static void *enable_on_this_thread(void *kcov)
{
	return (void *)(intptr_t)kcov_enable(kcov, KCOV_MODE_PC);
}

/* A thread enables the device, does not disable it, and dies. */
static void enable_and_die(struct kcov *kcov)
{
	static const struct script_step steps[] = { ENABLED(0, KCOV_MODE_PC, 0), SCRIPT_LAST };
	pthread_t thread;
	void *err;

	script_begin(steps);
	assert_int_equal(pthread_create(&thread, NULL, enable_on_this_thread, kcov), 0);
	assert_int_equal(pthread_join(thread, &err), 0);
	assert_null(err);
	script_end();
}

static void a_pool_of_none_is_einval(void **state)
{
	(void)state;
	pool_open_fails(0, nothing, -EINVAL);
}

static void a_pool_beyond_all_memory_is_enomem(void **state)
{
	(void)state;
	pool_open_fails(SIZE_MAX, nothing, -ENOMEM);
	pool_open_fails(SIZE_MAX / 2, nothing, -ENOMEM);
}

static void a_device_that_cannot_be_opened_closes_those_before_it(void **state)
{
	const int errors[] = { -EACCES, -EMFILE, -ENOMEM };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step first[] = {
			{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = errors[i] },
			SCRIPT_LAST,
		};
		const struct script_step second[] = {
			OPENED(0),
			{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = errors[i] },
			CLOSED(0),
			SCRIPT_LAST,
		};

		pool_open_fails(2, first, errors[i]);
		pool_open_fails(2, second, errors[i]);
	}
}

static void pool_options_are_those_of_its_devices(void **state)
{
	const struct kcov_opts opts = { .size = 1 };
	struct kcov_pool *untouched = (struct kcov_pool *)areas;

	(void)state;
	script_begin(nothing);
	assert_int_equal(kcov_pool_open(&opts, 2, &untouched), -EINVAL);
	assert_ptr_equal(untouched, areas);
	script_end();
}

static void each_device_is_taken_once(void **state)
{
	struct kcov *first = take(*state), *second = take(*state), *third = NULL;

	assert_ptr_not_equal(first, second);
	script_begin(nothing);
	assert_int_equal(kcov_pool_take(*state, &third), -EAGAIN);
	assert_null(third);
	script_end();
}

static void a_device_that_was_given_back_is_taken_again(void **state)
{
	struct kcov *first = take(*state);

	take(*state);
	give_is(*state, first, nothing, 0);
	assert_ptr_equal(take(*state), first);
}

static void give_disables_what_this_thread_enabled(void **state)
{
	const struct script_step enabled[] = { ENABLED(0, KCOV_MODE_CMP, 0), SCRIPT_LAST };
	const struct script_step disabled[] = { DISABLED(0, 0), SCRIPT_LAST };
	struct kcov *kcov = take(*state);
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;

	script_begin(enabled);
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_CMP), 0);
	script_end();
	give_is(*state, kcov, disabled, 0);
	/* For the next one it is as if it had just been opened. */
	assert_ptr_equal(take(*state), kcov);
	assert_int_equal(kcov_pcs(kcov, &pcs), 0);
	assert_int_equal(kcov_cmps(kcov, &cmps), 0);
}

static void give_forgets_what_was_remote(void **state)
{
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = 2,
					       .common_handle = 5 };
	const struct script_step enabled[] = { SCRIPT_REMOTE_ENABLED(0), SCRIPT_LAST };
	const struct script_step disabled[] = { DISABLED(0, 0), SCRIPT_LAST };
	const struct script_step waited[] = {
		{ .call = SCRIPT_NOW },
		{ .call = SCRIPT_NOW },
		SCRIPT_LAST,
	};
	struct kcov *kcov = take(*state);
	struct kcov_remote_data data;

	script_begin(enabled);
	assert_int_equal(kcov_enable_remote(kcov, &opts), 0);
	script_end();
	give_is(*state, kcov, disabled, 0);
	assert_int_equal(kcov_common_handle(kcov), 0);
	/* Nobody knows how large a section of the next one is. */
	areas[0][0] = 511;
	script_begin(waited);
	assert_int_equal(kcov_wait_remote(kcov, NULL, &data), 0);
	assert_int_equal(data.doubts, KCOV_DOUBT_FULL);
	script_end();
	areas[0][0] = 0;
}

static void a_device_whose_thread_died_is_free(void **state)
{
	const struct script_step asked[] = {
		ENABLED(0, KCOV_MODE_PC, 0),
		DISABLED(0, 0),
		SCRIPT_LAST,
	};
	struct kcov *kcov = take(*state);

	enable_and_die(kcov);
	give_is(*state, kcov, asked, 0);
	assert_ptr_equal(take(*state), kcov);
	/* It was seen to be free: closing the pool says nothing. */
	give_is(*state, kcov, nothing, 0);
}

static void a_device_is_seen_to_be_free_by_a_thread_that_records(void **state)
{
	/* EINVAL would be about the device, and is said before EBUSY. */
	const struct script_step asked[] = { ENABLED(0, KCOV_MODE_PC, -EBUSY), SCRIPT_LAST };
	struct kcov *kcov = take(*state);

	enable_and_die(kcov);
	give_is(*state, kcov, asked, 0);
	assert_ptr_equal(take(*state), kcov);
}

static void a_device_whose_thread_lives_is_ebusy_and_stays_taken(void **state)
{
	const struct script_step asked[] = { ENABLED(0, KCOV_MODE_PC, -EINVAL), SCRIPT_LAST };
	struct kcov *kcov = take(*state);

	enable_and_die(kcov);
	give_is(*state, kcov, asked, -EBUSY);
	assert_ptr_not_equal(take(*state), kcov);
	/* And can be given later. */
	give_is(*state, kcov,
		(const struct script_step[]){ ENABLED(0, KCOV_MODE_PC, 0), DISABLED(0, 0),
					      SCRIPT_LAST },
		0);
}

/* Threads are told apart by an address, which another one can have had. */
static void an_owner_that_the_kernel_does_not_know_is_one_that_died(void **state)
{
	const struct script_step enabled[] = { ENABLED(0, KCOV_MODE_PC, 0), SCRIPT_LAST };
	const struct script_step asked[] = {
		DISABLED(0, -EINVAL),
		ENABLED(0, KCOV_MODE_PC, 0),
		DISABLED(0, 0),
		SCRIPT_LAST,
	};
	struct kcov *kcov = take(*state);

	script_begin(enabled);
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), 0);
	script_end();
	give_is(*state, kcov, asked, 0);
}

static void what_was_not_taken_is_einval(void **state)
{
	struct kcov *kcov = take(*state);

	give_is(*state, kcov, nothing, 0);
	give_is(*state, kcov, nothing, -EINVAL);
}

static void what_is_not_the_pools_is_einval(void **state)
{
	take(*state);
	give_is(*state, NULL, nothing, -EINVAL);
	give_is(*state, (struct kcov *)areas, nothing, -EINVAL);
}

static void close_of_a_pool_disables_what_this_thread_enabled(void **state)
{
	const struct script_step steps[] = {
		OPENED(0), ENABLED(0, KCOV_MODE_PC, 0), DISABLED(0, 0), CLOSED(0), SCRIPT_LAST,
	};
	struct kcov_pool *pool;
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_pool_open(&one_page, 1, &pool), 0);
	assert_int_equal(kcov_pool_take(pool, &kcov), 0);
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), 0);
	assert_int_equal(kcov_pool_close(pool), 0);
	script_end();
}

static void close_of_a_pool_tells_of_a_thread_that_did_not_disable(void **state)
{
	const struct script_step opened[] = { OPENED(0), OPENED(1), SCRIPT_LAST };
	const struct script_step closed[] = { CLOSED(0), CLOSED(1), SCRIPT_LAST };
	struct kcov_pool *pool;

	(void)state;
	script_begin(opened);
	assert_int_equal(kcov_pool_open(&one_page, 2, &pool), 0);
	script_end();
	enable_and_die(take(pool));
	script_begin(closed);
	assert_int_equal(kcov_pool_close(pool), -EBUSY);
	script_end();
}

static void close_of_no_pool_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(kcov_pool_close(NULL), 0);
}

#define POOL_TEST(test_) cmocka_unit_test_setup_teardown(test_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_of_none_is_einval),
		cmocka_unit_test(a_pool_beyond_all_memory_is_enomem),
		cmocka_unit_test(a_device_that_cannot_be_opened_closes_those_before_it),
		cmocka_unit_test(pool_options_are_those_of_its_devices),
		POOL_TEST(each_device_is_taken_once),
		POOL_TEST(a_device_that_was_given_back_is_taken_again),
		POOL_TEST(give_disables_what_this_thread_enabled),
		POOL_TEST(give_forgets_what_was_remote),
		POOL_TEST(a_device_whose_thread_died_is_free),
		POOL_TEST(a_device_is_seen_to_be_free_by_a_thread_that_records),
		POOL_TEST(a_device_whose_thread_lives_is_ebusy_and_stays_taken),
		POOL_TEST(an_owner_that_the_kernel_does_not_know_is_one_that_died),
		POOL_TEST(what_was_not_taken_is_einval),
		POOL_TEST(what_is_not_the_pools_is_einval),
		cmocka_unit_test(close_of_a_pool_disables_what_this_thread_enabled),
		cmocka_unit_test(close_of_a_pool_tells_of_a_thread_that_did_not_disable),
		cmocka_unit_test(close_of_no_pool_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
