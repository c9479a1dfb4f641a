// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <pthread.h>

#define PKEY 7

static uint64_t area[512];

/* clang-format off */
#define OPENED SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area)
#define CLOSED SCRIPT_CLOSED(512, area)

#define PROTECTED(writable_, result_) \
	{ .call = SCRIPT_PROTECT, .request = (writable_), .area = area, .arg = 4096, \
	  .result = (result_) }

#define KEY_ALLOCATED(result_) { .call = SCRIPT_PKEY_ALLOC, .result = (result_) }
#define KEY_SET(writable_) { .call = SCRIPT_PKEY_SET, .fd = PKEY, .arg = (writable_) }

#define KEY_PROTECTED(result_) \
	{ .call = SCRIPT_PKEY_PROTECT, .fd = PKEY, .area = area, .arg = 4096, .result = (result_) }
/* clang-format on */

static const struct script_step nothing[] = { SCRIPT_LAST };

static struct kcov_opts protected_by(enum kcov_protection protection)
{
	return (struct kcov_opts){ .size = sizeof(struct kcov_opts),
				   .capacity = 511,
				   .protection = protection };
}

static void open_fails(enum kcov_protection protection, const struct script_step *steps, int err)
{
	const struct kcov_opts opts = protected_by(protection);
	struct kcov *untouched = (struct kcov *)area;

	area[0] = 0;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &untouched), err);
	assert_ptr_equal(untouched, area);
	script_end();
}

/* Opens a device in which there is nothing yet, protected by what the steps make of it. */
static struct kcov *open_as(enum kcov_protection wanted, const struct script_step *steps,
			    enum kcov_protection expected)
{
	const struct kcov_opts opts = protected_by(wanted);
	struct kcov *kcov;

	area[0] = 0;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	script_end();
	assert_int_equal(kcov_protection(kcov), expected);
	assert_int_equal(area[0], 0);
	return kcov;
}

static void reset_is(struct kcov *kcov, const struct script_step *steps, int expected)
{
	script_begin(steps);
	assert_int_equal(kcov_reset(kcov), expected);
	script_end();
}

static void close_it(struct kcov *kcov)
{
	static const struct script_step steps[] = { CLOSED, SCRIPT_LAST };

	script_begin(steps);
	assert_int_equal(kcov_close(kcov), 0);
	script_end();
}

static void guard_pages_alone_take_no_call(void **state)
{
	const struct script_step opened[] = { OPENED, SCRIPT_LAST };
	struct kcov *kcov = open_as(KCOV_PROTECT_GUARD, opened, KCOV_PROTECT_GUARD);

	(void)state;
	area[0] = 5;
	reset_is(kcov, nothing, 0);
	assert_int_equal(area[0], 0);
	close_it(kcov);
}

static void a_protection_that_is_none_is_einval(void **state)
{
	(void)state;
	open_fails((enum kcov_protection)5, nothing, -EINVAL);
	open_fails((enum kcov_protection) - 1, nothing, -EINVAL);
}

static void options_of_an_older_program_ask_for_no_protection(void **state)
{
	struct kcov_opts opts = protected_by((enum kcov_protection)99);
	const struct script_step steps[] = { OPENED, CLOSED, SCRIPT_LAST };
	struct kcov *kcov;

	(void)state;
	opts.size = offsetof(struct kcov_opts, protection);
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	assert_int_equal(kcov_protection(kcov), KCOV_PROTECT_GUARD);
	kcov_close(kcov);
	script_end();
}

static struct kcov *open_read_only(enum kcov_protection wanted)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_TRIED_RESET_TRACE(area, 3),
		PROTECTED(0, 0),
		SCRIPT_LAST,
	};

	return open_as(wanted, steps, KCOV_PROTECT_READ_ONLY);
}

static void a_read_only_buffer_is_emptied_by_the_kernel(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6368, .count = area, .counted = 3 },
		SCRIPT_LAST,
	};
	struct kcov *kcov = open_read_only(KCOV_PROTECT_READ_ONLY);

	(void)state;
	area[0] = 100;
	reset_is(kcov, steps, 0);
	/* A store would be seen here, and kill a program. */
	assert_int_equal(area[0], 3);
	close_it(kcov);
}

static void a_read_only_buffer_of_another_thread_is_einval(void **state)
{
	const struct script_step steps[] = { SCRIPT_RESET_TRACE(-EINVAL), SCRIPT_LAST };
	struct kcov *kcov = open_read_only(KCOV_PROTECT_READ_ONLY);

	(void)state;
	area[0] = 100;
	reset_is(kcov, steps, -EINVAL);
	assert_int_equal(area[0], 100);
	close_it(kcov);
}

static void trying_leaves_a_device_of_no_mode(void **state)
{
	struct kcov *kcov = open_read_only(KCOV_PROTECT_READ_ONLY);
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;

	(void)state;
	assert_int_equal(kcov_count(kcov), 0);
	assert_int_equal(kcov_pcs(kcov, &pcs), 0);
	assert_int_equal(kcov_cmps(kcov, &cmps), 0);
	close_it(kcov);
}

static void a_kernel_without_reset_trace_is_eopnotsupp(void **state)
{
	/* Not there; there, but of a device that is not enabled: something else. */
	const int answers[] = { -ENOTTY, 0, -EPERM };

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		const struct script_step steps[] = {
			OPENED,
			SCRIPT_RESET_TRACE(answers[i]),
			CLOSED,
			SCRIPT_LAST,
		};

		open_fails(KCOV_PROTECT_READ_ONLY, steps, -EOPNOTSUPP);
	}
}

static void a_reset_trace_that_leaves_the_buffer_is_eopnotsupp(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_TRIED_RESET_TRACE(area, 101),
		CLOSED,
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(KCOV_PROTECT_READ_ONLY, steps, -EOPNOTSUPP);
}

static void a_reset_trace_that_fails_is_eopnotsupp(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_RESET_TRACE(-EINVAL),
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		{ .call = SCRIPT_IOCTL,
		  .fd = 500,
		  .request = 0x6365,
		  .arg = 1,
		  .result = -EINVAL,
		  .count = area,
		  .counted = 64 },
		SCRIPT_RESET_TRACE(-EINVAL),
		SCRIPT_DISABLED(0),
		CLOSED,
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(KCOV_PROTECT_READ_ONLY, steps, -EOPNOTSUPP);
}

static void a_kernel_that_records_nothing_is_eopnotsupp(void **state)
{
	struct script_step steps[6 + 2 + 64 + 1 + 2 + 1] = {
		OPENED,
		SCRIPT_RESET_TRACE(-EINVAL),
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
	};
	const struct script_step last[] = { SCRIPT_DISABLED(0), CLOSED };

	(void)state;
	for (size_t i = 8; i < 8 + 64; i++)
		steps[i] = (struct script_step){ .call = SCRIPT_IOCTL,
						 .fd = 500,
						 .request = 0x6365,
						 .arg = 1,
						 .result = -EINVAL };
	for (size_t i = 0; i < 3; i++)
		steps[8 + 64 + i] = last[i];
	open_fails(KCOV_PROTECT_READ_ONLY, steps, -EOPNOTSUPP);
}

static void a_thread_that_records_cannot_try(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_RESET_TRACE(-EINVAL),
		SCRIPT_ENABLED(KCOV_MODE_PC, -EBUSY),
		CLOSED,
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(KCOV_PROTECT_READ_ONLY, steps, -EBUSY);
	open_fails(KCOV_PROTECT_AUTO, steps, -EBUSY);
}

static void a_device_that_cannot_be_tried_is_eopnotsupp(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_RESET_TRACE(-EINVAL),
		SCRIPT_ENABLED(KCOV_MODE_PC, -EINVAL),
		CLOSED,
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(KCOV_PROTECT_READ_ONLY, steps, -EOPNOTSUPP);
}

static void a_mapping_that_cannot_be_protected_is_enomem(void **state)
{
	const struct script_step read_only[] = {
		OPENED,      SCRIPT_TRIED_RESET_TRACE(area, 3), PROTECTED(0, -ENOMEM), CLOSED,
		SCRIPT_LAST,
	};
	const struct script_step mprotect[] = { OPENED, PROTECTED(0, -ENOMEM), CLOSED,
						SCRIPT_LAST };

	(void)state;
	open_fails(KCOV_PROTECT_READ_ONLY, read_only, -ENOMEM);
	/* No memory is no reason for another protection. */
	open_fails(KCOV_PROTECT_AUTO, read_only, -ENOMEM);
	open_fails(KCOV_PROTECT_MPROTECT, mprotect, -ENOMEM);
}

static struct kcov *open_by_mprotect(void)
{
	const struct script_step steps[] = { OPENED, PROTECTED(0, 0), SCRIPT_LAST };

	return open_as(KCOV_PROTECT_MPROTECT, steps, KCOV_PROTECT_MPROTECT);
}

static void mprotect_lets_the_one_store_through(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_PROTECT,
		  .request = 1,
		  .area = area,
		  .arg = 4096,
		  .count = area,
		  .counted = 100 },
		/* What this call runs is recorded after the store. */
		{ .call = SCRIPT_PROTECT, .area = area, .arg = 4096, .count = area, .counted = 9 },
		SCRIPT_LAST,
	};
	struct kcov *kcov = open_by_mprotect();

	(void)state;
	reset_is(kcov, steps, 0);
	assert_int_equal(area[0], 9);
	reset_is(kcov,
		 (const struct script_step[]){ PROTECTED(1, 0), PROTECTED(0, 0), SCRIPT_LAST }, 0);
	assert_int_equal(area[0], 0);
	close_it(kcov);
}

static void mprotect_without_memory_is_enomem_and_empties_nothing(void **state)
{
	const struct script_step steps[] = { PROTECTED(1, -ENOMEM), SCRIPT_LAST };
	struct kcov *kcov = open_by_mprotect();

	(void)state;
	area[0] = 5;
	reset_is(kcov, steps, -ENOMEM);
	assert_int_equal(area[0], 5);
	close_it(kcov);
}

static void mprotect_that_cannot_close_again_is_enomem(void **state)
{
	const struct script_step steps[] = { PROTECTED(1, 0), PROTECTED(0, -ENOMEM), SCRIPT_LAST };
	struct kcov *kcov = open_by_mprotect();

	(void)state;
	area[0] = 5;
	reset_is(kcov, steps, -ENOMEM);
	close_it(kcov);
}

static void after_prepare_exec_only_what_is_left_is_protected(void **state)
{
	static uint64_t pages[1024];
	const struct kcov_opts opts = { .size = sizeof(opts),
					.capacity = 1023,
					.protection = KCOV_PROTECT_MPROTECT };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 1024, pages),
		{ .call = SCRIPT_PROTECT, .area = pages, .arg = 8192 },
		{ .call = SCRIPT_UNMAP_TO_RESERVE, .area = pages + 512, .arg = 4096 },
		{ .call = SCRIPT_PROTECT, .request = 1, .area = pages, .arg = 4096 },
		{ .call = SCRIPT_PROTECT, .area = pages, .arg = 4096 },
		SCRIPT_CLOSED(1024, pages),
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	assert_int_equal(kcov_prepare_exec(kcov), 0);
	assert_int_equal(kcov_reset(kcov), 0);
	assert_int_equal(kcov_close(kcov), 0);
	script_end();
}

static void without_a_free_key_it_is_eopnotsupp(void **state)
{
	/* All are taken; none in this processor; none in this kernel. */
	const int errors[] = { -ENOSPC, -EINVAL, -ENOSYS };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = { OPENED, KEY_ALLOCATED(errors[i]), CLOSED,
						     SCRIPT_LAST };

		open_fails(KCOV_PROTECT_PKEY, steps, -EOPNOTSUPP);
	}
}

static void a_key_that_libc_cannot_set_is_given_back(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		KEY_ALLOCATED(PKEY),
		{ .call = SCRIPT_PKEY_SET, .fd = PKEY, .result = -ENOSYS },
		{ .call = SCRIPT_PKEY_FREE, .fd = PKEY },
		CLOSED,
		SCRIPT_LAST,
	};

	(void)state;
	open_fails(KCOV_PROTECT_PKEY, steps, -EOPNOTSUPP);
}

static void auto_takes_the_kernels_reset_before_all(void **state)
{
	(void)state;
	close_it(open_read_only(KCOV_PROTECT_AUTO));
}

static void auto_without_reset_and_keys_is_mprotect(void **state)
{
	const struct script_step steps[] = {
		OPENED,      SCRIPT_RESET_TRACE(-ENOTTY), KEY_ALLOCATED(-ENOSPC), PROTECTED(0, 0),
		SCRIPT_LAST,
	};

	(void)state;
	close_it(open_as(KCOV_PROTECT_AUTO, steps, KCOV_PROTECT_MPROTECT));
}

/* Resetting something else leaves records, which are not those of the program. */
static void auto_leaves_no_records_of_its_trials(void **state)
{
	const struct script_step steps[] = {
		OPENED,
		SCRIPT_TRIED_RESET_TRACE(area, 104),
		KEY_ALLOCATED(-ENOSPC),
		PROTECTED(0, 0),
		SCRIPT_LAST,
	};

	(void)state;
	close_it(open_as(KCOV_PROTECT_AUTO, steps, KCOV_PROTECT_MPROTECT));
}

/* From here on the process has its key. */
static void the_first_device_with_a_key_allocates_it(void **state)
{
	const struct script_step steps[] = {
		OPENED, KEY_ALLOCATED(PKEY), KEY_SET(0), KEY_SET(0), KEY_PROTECTED(0), SCRIPT_LAST,
	};

	(void)state;
	close_it(open_as(KCOV_PROTECT_PKEY, steps, KCOV_PROTECT_PKEY));
}

static struct kcov *open_by_key(void)
{
	const struct script_step steps[] = { OPENED, KEY_SET(0), KEY_PROTECTED(0), SCRIPT_LAST };

	return open_as(KCOV_PROTECT_PKEY, steps, KCOV_PROTECT_PKEY);
}

static void all_other_devices_share_the_key(void **state)
{
	struct kcov *first = open_by_key(), *second = open_by_key();

	(void)state;
	close_it(second);
	close_it(first);
}

static void auto_without_reset_is_the_key(void **state)
{
	const struct script_step steps[] = {
		OPENED, SCRIPT_RESET_TRACE(-ENOTTY), KEY_SET(0), KEY_PROTECTED(0), SCRIPT_LAST,
	};

	(void)state;
	close_it(open_as(KCOV_PROTECT_AUTO, steps, KCOV_PROTECT_PKEY));
}

static void a_mapping_that_takes_no_key_is_enomem(void **state)
{
	const struct script_step steps[] = { OPENED, KEY_SET(0), KEY_PROTECTED(-ENOMEM), CLOSED,
					     SCRIPT_LAST };

	(void)state;
	open_fails(KCOV_PROTECT_PKEY, steps, -ENOMEM);
}

static void the_key_lets_the_one_store_through(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_PKEY_SET, .fd = PKEY, .arg = 1, .count = area, .counted = 100 },
		{ .call = SCRIPT_PKEY_SET, .fd = PKEY, .count = area, .counted = 2 },
		SCRIPT_LAST,
	};
	struct kcov *kcov = open_by_key();

	(void)state;
	reset_is(kcov, steps, 0);
	assert_int_equal(area[0], 2);
	reset_is(kcov, (const struct script_step[]){ KEY_SET(1), KEY_SET(0), SCRIPT_LAST }, 0);
	assert_int_equal(area[0], 0);
	close_it(kcov);
}

static void *read_all(void *kcov)
{
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;

	if (kcov_count(kcov) != 5 || kcov_is_full(kcov) || kcov_pcs(kcov, &pcs) ||
	    kcov_cmps(kcov, &cmps))
		return kcov;
	return NULL;
}

static void a_thread_gets_the_key_with_what_it_reads(void **state)
{
	const struct script_step steps[] = {
		KEY_SET(0), KEY_SET(0), KEY_SET(0), KEY_SET(0), SCRIPT_LAST,
	};
	struct kcov *kcov = open_by_key();
	pthread_t thread;
	void *failed;

	(void)state;
	area[0] = 5;
	script_begin(steps);
	assert_int_equal(pthread_create(&thread, NULL, read_all, kcov), 0);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	script_end();
	close_it(kcov);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guard_pages_alone_take_no_call),
		cmocka_unit_test(a_protection_that_is_none_is_einval),
		cmocka_unit_test(options_of_an_older_program_ask_for_no_protection),
		cmocka_unit_test(a_read_only_buffer_is_emptied_by_the_kernel),
		cmocka_unit_test(a_read_only_buffer_of_another_thread_is_einval),
		cmocka_unit_test(trying_leaves_a_device_of_no_mode),
		cmocka_unit_test(a_kernel_without_reset_trace_is_eopnotsupp),
		cmocka_unit_test(a_reset_trace_that_leaves_the_buffer_is_eopnotsupp),
		cmocka_unit_test(a_reset_trace_that_fails_is_eopnotsupp),
		cmocka_unit_test(a_kernel_that_records_nothing_is_eopnotsupp),
		cmocka_unit_test(a_thread_that_records_cannot_try),
		cmocka_unit_test(a_device_that_cannot_be_tried_is_eopnotsupp),
		cmocka_unit_test(a_mapping_that_cannot_be_protected_is_enomem),
		cmocka_unit_test(mprotect_lets_the_one_store_through),
		cmocka_unit_test(mprotect_without_memory_is_enomem_and_empties_nothing),
		cmocka_unit_test(mprotect_that_cannot_close_again_is_enomem),
		cmocka_unit_test(after_prepare_exec_only_what_is_left_is_protected),
		cmocka_unit_test(without_a_free_key_it_is_eopnotsupp),
		cmocka_unit_test(a_key_that_libc_cannot_set_is_given_back),
		cmocka_unit_test(auto_takes_the_kernels_reset_before_all),
		cmocka_unit_test(auto_without_reset_and_keys_is_mprotect),
		cmocka_unit_test(auto_leaves_no_records_of_its_trials),
		cmocka_unit_test(the_first_device_with_a_key_allocates_it),
		cmocka_unit_test(all_other_devices_share_the_key),
		cmocka_unit_test(auto_without_reset_is_the_key),
		cmocka_unit_test(a_mapping_that_takes_no_key_is_enomem),
		cmocka_unit_test(the_key_lets_the_one_store_through),
		cmocka_unit_test(a_thread_gets_the_key_with_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
