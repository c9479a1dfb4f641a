// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <limits.h>
#include <pthread.h>

#define USB1 0x0100000000000001u

static uint64_t area[512], local_area[512];

/* clang-format off */
/* KCOV_REMOTE_ENABLE with just these bytes. */
#define REMOTE_ENABLED(remote_, result_) \
	{ .call = SCRIPT_IOCTL_PTR, .fd = 500, .request = 0x40186366, .remote = (remote_), \
	  .result = (result_) }

#define RANDOM(value_) { .call = SCRIPT_RANDOM, .value = (value_) }

/* The local device of kcov_enable_with_remote() is another one. */
#define LOCAL_OPENED \
	{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = 3 }, \
	{ .call = SCRIPT_DUP, .fd = 3, .result = 501 }, \
	{ .call = SCRIPT_CLOSE, .fd = 3 }, \
	{ .call = SCRIPT_IOCTL, .fd = 501, .request = 0x80086301, .arg = 512 }, \
	{ .call = SCRIPT_RESERVE, .arg = 4096, .area = local_area }, \
	{ .call = SCRIPT_MAP, .fd = 501, .arg = 4096, .area = local_area }

#define LOCAL_ENABLED(mode_, result_) \
	{ .call = SCRIPT_IOCTL, .fd = 501, .request = 0x6364, .arg = (mode_), .result = (result_) }

#define LOCAL_DISABLED { .call = SCRIPT_IOCTL, .fd = 501, .request = 0x6365 }

#define LOCAL_CLOSED \
	{ .call = SCRIPT_UNMAP, .arg = 4096, .area = local_area }, \
	{ .call = SCRIPT_CLOSE, .fd = 501 }
/* clang-format on */

static const struct kcov_opts one_page = { .size = sizeof(one_page), .capacity = 511 };

static const uint64_t usb1 = USB1;

/* Global handles alone: the script needs no random numbers. */
static const struct kcov_remote_opts global = {
	.size = sizeof(global),
	.area_size = 64,
	.handles = &usb1,
	.n_handles = 1,
};

static int setup(void **state)
{
	static const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_LAST,
	};
	static struct kcov *kcov;

	script_begin(steps);
	if (kcov_open(&one_page, &kcov))
		return -1;
	script_end();
	*state = kcov;
	return 0;
}

static int teardown(void **state)
{
	static const struct script_step steps[] = { SCRIPT_CLOSED(512, area), SCRIPT_LAST };

	script_begin(steps);
	kcov_close(*state);
	script_end();
	return 0;
}

static void enable_remote_is(struct kcov *kcov, const struct kcov_remote_opts *opts,
			     const struct script_step *steps, int expected)
{
	script_begin(steps);
	assert_int_equal(kcov_enable_remote(kcov, opts), expected);
	script_end();
}

static void disable_remote(struct kcov *kcov)
{
	static const struct script_step steps[] = { SCRIPT_DISABLED(0), SCRIPT_LAST };

	script_begin(steps);
	assert_int_equal(kcov_disable(kcov), 0);
	script_end();
}

/* Without a system call, and without a trace. */
static void is_refused(struct kcov *kcov, const struct kcov_remote_opts *opts, int expected)
{
	static const struct script_step nothing[] = { SCRIPT_LAST };

	enable_remote_is(kcov, opts, nothing, expected);
	assert_int_equal(kcov_common_handle(kcov), 0);
}

static void without_options_it_is_pcs_with_a_random_common_handle(void **state)
{
	static const struct kcov_remote_arg arg = { .area_size = 65536,
						    .common_handle = 0xfedcba98 };
	const struct script_step steps[] = {
		RANDOM(0xfedcba98),
		REMOTE_ENABLED(&arg, 0),
		SCRIPT_LAST,
	};
	struct kcov *kcov = *state;

	enable_remote_is(kcov, NULL, steps, 0);
	assert_int_equal(kcov_common_handle(kcov), 0xfedcba98);
	disable_remote(kcov);
}

static void the_kernel_is_given_what_was_asked_for_to_the_byte(void **state)
{
	static const uint64_t handles[] = { USB1, 0x0200000000000000, USB1 + 1 };
	static const union {
		struct kcov_remote_arg arg;
		uint64_t words[6];
	} expected = {
		.words = { UINT64_C(64) << 32 | KCOV_TRACE_CMP, 3, 0x42, USB1, 0x0200000000000000,
			   USB1 + 1 },
	};
	const struct kcov_remote_opts opts = {
		.size = sizeof(opts),
		.mode = KCOV_MODE_CMP,
		.area_size = 64,
		.handles = handles,
		.n_handles = 3,
		.common_handle = 0x42,
	};
	const struct script_step steps[] = { REMOTE_ENABLED(&expected.arg, 0), SCRIPT_LAST };
	struct kcov_pcs pcs;

	/* As words, so that padding counts; a little-endian machine's. */
	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		skip_because("the bytes are those of a little-endian machine");
	enable_remote_is(*state, &opts, steps, 0);
	assert_int_equal(kcov_common_handle(*state), 0x42);
	/* The buffer is read in that mode. */
	assert_int_equal(kcov_pcs(*state, &pcs), -EINVAL);
	disable_remote(*state);
}

static void as_many_handles_as_the_kernel_takes_are_passed_on(void **state)
{
	static uint64_t handles[KCOV_MAX_HANDLES];
	static uint64_t expected[3 + KCOV_MAX_HANDLES];
	struct kcov_remote_arg *arg = (struct kcov_remote_arg *)expected;
	const struct kcov_remote_opts opts = {
		.size = sizeof(opts),
		.area_size = 2,
		.handles = handles,
		.n_handles = KCOV_MAX_HANDLES,
	};
	const struct script_step steps[] = { REMOTE_ENABLED(arg, 0), SCRIPT_LAST };

	arg->area_size = 2;
	arg->num_handles = KCOV_MAX_HANDLES;
	for (size_t i = 0; i < KCOV_MAX_HANDLES; i++)
		arg->handles[i] = handles[i] = USB1 + i;
	enable_remote_is(*state, &opts, steps, 0);
	assert_int_equal(kcov_common_handle(*state), 0);
	disable_remote(*state);
}

static void a_random_instance_of_0_becomes_1(void **state)
{
	static const struct kcov_remote_arg arg = { .area_size = 65536, .common_handle = 1 };
	const struct script_step steps[] = { RANDOM(0), REMOTE_ENABLED(&arg, 0), SCRIPT_LAST };

	enable_remote_is(*state, NULL, steps, 0);
	assert_int_equal(kcov_common_handle(*state), 1);
	disable_remote(*state);
}

static void a_random_instance_in_use_is_replaced_by_a_fresh_one(void **state)
{
	static const struct kcov_remote_arg args[] = {
		{ .area_size = 65536, .common_handle = 5 },
		{ .area_size = 65536, .common_handle = 6 },
		{ .area_size = 65536, .common_handle = 7 },
	};
	const struct script_step steps[] = {
		RANDOM(5),   REMOTE_ENABLED(&args[0], -EEXIST),
		RANDOM(6),   REMOTE_ENABLED(&args[1], -EEXIST),
		RANDOM(7),   REMOTE_ENABLED(&args[2], 0),
		SCRIPT_LAST,
	};

	enable_remote_is(*state, NULL, steps, 0);
	assert_int_equal(kcov_common_handle(*state), 7);
	disable_remote(*state);
}

static void sixteen_random_instances_in_use_are_eexist(void **state)
{
	struct script_step steps[2 * 16 + 1] = { 0 };

	for (unsigned int i = 0; i < 16; i++) {
		steps[2 * i] = (struct script_step)RANDOM(i);
		steps[2 * i + 1] = (struct script_step)SCRIPT_REMOTE_ENABLED(-EEXIST);
	}
	enable_remote_is(*state, NULL, steps, -EEXIST);
	assert_int_equal(kcov_common_handle(*state), 0);
}

static void a_chosen_handle_in_use_is_eexist_at_once(void **state)
{
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = 64,
					       .common_handle = 5 };
	const struct script_step steps[] = { SCRIPT_REMOTE_ENABLED(-EEXIST), SCRIPT_LAST };

	enable_remote_is(*state, &opts, steps, -EEXIST);
	enable_remote_is(*state, &global, steps, -EEXIST);
}

static void without_random_numbers_the_kernel_is_not_asked(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_RANDOM, .result = -ENOSYS },
		SCRIPT_LAST,
	};

	enable_remote_is(*state, NULL, steps, -ENOSYS);
}

static void what_the_kernel_says_is_passed_on(void **state)
{
	const int errors[] = { -EBUSY, -KCOV_ENOTSUPP, -ENOTTY, -ENOMEM };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			SCRIPT_REMOTE_ENABLED(errors[i]),
			SCRIPT_LAST,
		};
		const struct script_step randomly[] = {
			RANDOM(5),
			SCRIPT_REMOTE_ENABLED(errors[i]),
			SCRIPT_LAST,
		};

		enable_remote_is(*state, &global, steps, errors[i]);
		enable_remote_is(*state, NULL, randomly, errors[i]);
		assert_int_equal(kcov_common_handle(*state), 0);
	}
}

/* What the second try after EINVAL is given: the same, but for the handles. */
static const struct kcov_remote_arg no_handles = { .area_size = KCOV_DEFAULT_AREA_SIZE };

static void a_device_that_is_enabled_already_is_einval(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_REMOTE_ENABLED(-EINVAL),
		REMOTE_ENABLED(&no_handles, -EINVAL),
		SCRIPT_LAST,
	};

	enable_remote_is(*state, &global, steps, -EINVAL);
}

static void a_subsystem_that_the_kernel_does_not_know_is_enxio(void **state)
{
	static const uint64_t unknown = 0x0200000000000001;
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = 64,
					       .handles = &unknown,
					       .n_handles = 1,
					       .common_handle = 5 };
	const struct script_step steps[] = {
		SCRIPT_REMOTE_ENABLED(-EINVAL),
		REMOTE_ENABLED(&no_handles, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_LAST,
	};

	enable_remote_is(*state, &opts, steps, -ENXIO);
	assert_int_equal(kcov_common_handle(*state), 0);
}

static void an_area_in_which_nothing_fits_is_erange(void **state)
{
	struct kcov_remote_opts opts = global;

	for (opts.area_size = 0; opts.area_size < 2; opts.area_size++)
		is_refused(*state, &opts, -ERANGE);
}

static void an_area_that_no_kernel_maps_is_erange(void **state)
{
	struct kcov_remote_opts opts = global;

	opts.area_size = INT_MAX / 8 + 1;
	is_refused(*state, &opts, -ERANGE);
	opts.area_size = UINT32_MAX;
	is_refused(*state, &opts, -ERANGE);
}

static void areas_up_to_both_limits_are_taken(void **state)
{
	static const uint32_t sizes[] = { 2, INT_MAX / 8 };
	const struct script_step steps[] = { SCRIPT_REMOTE_ENABLED(0), SCRIPT_LAST };

	for (size_t i = 0; i < 2; i++) {
		struct kcov_remote_opts opts = global;

		opts.area_size = sizes[i];
		enable_remote_is(*state, &opts, steps, 0);
		disable_remote(*state);
	}
}

static void no_handle_at_all_is_edestaddrreq(void **state)
{
	const struct kcov_remote_opts opts = { .size = sizeof(opts), .area_size = 64 };

	is_refused(*state, &opts, -EDESTADDRREQ);
}

static void a_handle_too_many_is_emsgsize(void **state)
{
	struct kcov_remote_opts opts = global;

	/* Said before any is looked at. */
	opts.n_handles = KCOV_MAX_HANDLES + 1;
	is_refused(*state, &opts, -EMSGSIZE);
	opts.n_handles = SIZE_MAX;
	is_refused(*state, &opts, -EMSGSIZE);
}

static void a_bad_handle_is_refused_wherever_it_stands(void **state)
{
	static const struct {
		uint64_t handle;
		int err;
	} cases[] = {
		{ USB1 | UINT64_C(1) << 32, -EOVERFLOW },
		{ UINT64_MAX, -EOVERFLOW },
		{ UINT64_C(1) << 56, -EDOM },
		{ 0, -EDOM },
		{ 0x42, -EPROTOTYPE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint64_t handles[] = { USB1, cases[i].handle };
		struct kcov_remote_opts opts = global;

		opts.handles = handles;
		opts.n_handles = 2;
		opts.common_handle = KCOV_COMMON_AUTO;
		is_refused(*state, &opts, cases[i].err);
	}
}

static void a_bad_common_handle_is_refused(void **state)
{
	struct kcov_remote_opts opts = { .size = sizeof(opts), .area_size = 64 };

	opts.common_handle = UINT64_C(1) << 32;
	is_refused(*state, &opts, -EOVERFLOW);
	opts.common_handle = UINT64_C(1) << 56;
	is_refused(*state, &opts, -EDOM);
	opts.common_handle = USB1;
	is_refused(*state, &opts, -EPROTOTYPE);
}

static void an_unknown_mode_is_einval_without_the_kernel(void **state)
{
	struct kcov_remote_opts opts = global;

	opts.mode = (enum kcov_mode)2;
	is_refused(*state, &opts, -EINVAL);
}

static void remote_options_without_a_size_are_einval(void **state)
{
	struct kcov_remote_opts opts = global;

	for (opts.size = 0; opts.size < sizeof(opts.size); opts.size++)
		is_refused(*state, &opts, -EINVAL);
}

static void remote_options_of_an_older_program_lack_their_last_fields(void **state)
{
	struct kcov_remote_opts opts = global;

	opts.size = offsetof(struct kcov_remote_opts, area_size);
	is_refused(*state, &opts, -ERANGE);
	opts.size = offsetof(struct kcov_remote_opts, handles);
	is_refused(*state, &opts, -EDESTADDRREQ);
}

static void unknown_remote_options_are_e2big_unless_zero(void **state)
{
	struct {
		struct kcov_remote_opts known;
		uint64_t later;
	} newer = { .known = global, .later = UINT64_C(1) << 63 };
	const struct script_step steps[] = { SCRIPT_REMOTE_ENABLED(0), SCRIPT_LAST };

	newer.known.size = sizeof(newer);
	is_refused(*state, &newer.known, -E2BIG);
	newer.later = 0;
	enable_remote_is(*state, &newer.known, steps, 0);
	disable_remote(*state);
}

static void the_common_handle_is_gone_with_the_owner(void **state)
{
	const struct script_step remotely[] = {
		RANDOM(9),
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_LAST,
	};
	/* The owner may have died, so that the device is free. */
	const struct script_step locally[] = { SCRIPT_ENABLED(KCOV_MODE_PC, 0), SCRIPT_LAST };

	enable_remote_is(*state, NULL, remotely, 0);
	assert_int_equal(kcov_common_handle(*state), 9);
	disable_remote(*state);
	assert_int_equal(kcov_common_handle(*state), 0);

	enable_remote_is(*state, NULL, remotely, 0);
	script_begin(locally);
	assert_int_equal(kcov_enable(*state, KCOV_MODE_PC), 0);
	script_end();
	assert_int_equal(kcov_common_handle(*state), 0);
	disable_remote(*state);
}

static void close_disables_what_this_thread_enabled_remotely(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, local_area),
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, local_area),
		SCRIPT_LAST,
	};
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&one_page, &kcov), 0);
	assert_int_equal(kcov_enable_remote(kcov, &global), 0);
	assert_int_equal(kcov_close(kcov), 0);
	script_end();
}

static void *enable_remote_on_this_thread(void *kcov)
{
	return (void *)(intptr_t)kcov_enable_remote(kcov, &global);
}

static void close_tells_of_a_remote_owner_that_did_not_disable(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, local_area),
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_CLOSED(512, local_area),
		SCRIPT_LAST,
	};
	struct kcov *kcov;
	pthread_t thread;
	void *err;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&one_page, &kcov), 0);
	assert_int_equal(pthread_create(&thread, NULL, enable_remote_on_this_thread, kcov), 0);
	assert_int_equal(pthread_join(thread, &err), 0);
	assert_null(err);
	assert_int_equal(kcov_close(kcov), -EBUSY);
	script_end();
}

/* kcov_enable_with_remote() with a local device of its own, which is closed after it. */
static void with_remote_is(struct kcov *remote, const struct kcov_remote_opts *opts,
			   const struct script_step *steps, int expected)
{
	struct kcov *local;

	script_begin(steps);
	assert_int_equal(kcov_open(&one_page, &local), 0);
	assert_int_equal(kcov_enable_with_remote(local, KCOV_MODE_CMP, remote, opts), expected);
	assert_int_equal(kcov_close(local), 0);
	script_end();
}

static void both_devices_are_enabled_where_the_kernel_lets_them(void **state)
{
	const struct script_step steps[] = {
		LOCAL_OPENED,
		LOCAL_ENABLED(KCOV_MODE_CMP, 0),
		RANDOM(5),
		SCRIPT_REMOTE_ENABLED(0),
		/* By kcov_close(): the remote one is not concerned. */
		LOCAL_DISABLED,
		LOCAL_CLOSED,
		SCRIPT_LAST,
	};

	with_remote_is(*state, NULL, steps, 0);
	assert_int_equal(kcov_common_handle(*state), 5);
	disable_remote(*state);
}

static void a_failing_local_device_leaves_the_remote_one_alone(void **state)
{
	const int errors[] = { -EINVAL, -EBUSY, -KCOV_ENOTSUPP };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			LOCAL_OPENED,
			LOCAL_ENABLED(KCOV_MODE_CMP, errors[i]),
			LOCAL_CLOSED,
			SCRIPT_LAST,
		};

		with_remote_is(*state, NULL, steps, errors[i]);
	}
}

static void a_failing_remote_device_disables_the_local_one(void **state)
{
	const int errors[] = { -EEXIST, -KCOV_ENOTSUPP, -ENOTTY, -ENOMEM };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			LOCAL_OPENED,
			LOCAL_ENABLED(KCOV_MODE_CMP, 0),
			SCRIPT_REMOTE_ENABLED(errors[i]),
			LOCAL_DISABLED,
			LOCAL_CLOSED,
			SCRIPT_LAST,
		};

		with_remote_is(*state, &global, steps, errors[i]);
	}
}

static void bad_remote_options_disable_the_local_device(void **state)
{
	const struct script_step steps[] = {
		LOCAL_OPENED, LOCAL_ENABLED(KCOV_MODE_CMP, 0), LOCAL_DISABLED, LOCAL_CLOSED,
		SCRIPT_LAST,
	};
	struct kcov_remote_opts opts = global;

	opts.area_size = 1;
	with_remote_is(*state, &opts, steps, -ERANGE);
}

static void a_kernel_that_lets_a_thread_own_one_device_is_eopnotsupp(void **state)
{
	const struct script_step steps[] = {
		LOCAL_OPENED,
		LOCAL_ENABLED(KCOV_MODE_CMP, 0),
		SCRIPT_REMOTE_ENABLED(-EBUSY),
		LOCAL_DISABLED,
		/* The remote one alone works: it is not the thread that is busy. */
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_DISABLED(0),
		LOCAL_CLOSED,
		SCRIPT_LAST,
	};

	with_remote_is(*state, &global, steps, -EOPNOTSUPP);
}

static void a_thread_that_owns_another_remote_device_is_ebusy(void **state)
{
	const struct script_step steps[] = {
		LOCAL_OPENED,   LOCAL_ENABLED(KCOV_MODE_CMP, 0), SCRIPT_REMOTE_ENABLED(-EBUSY),
		LOCAL_DISABLED, SCRIPT_REMOTE_ENABLED(-EBUSY),   LOCAL_CLOSED,
		SCRIPT_LAST,
	};

	with_remote_is(*state, &global, steps, -EBUSY);
}

#define REMOTE_TEST(test_) cmocka_unit_test_setup_teardown(test_, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		REMOTE_TEST(without_options_it_is_pcs_with_a_random_common_handle),
		REMOTE_TEST(the_kernel_is_given_what_was_asked_for_to_the_byte),
		REMOTE_TEST(as_many_handles_as_the_kernel_takes_are_passed_on),
		REMOTE_TEST(a_random_instance_of_0_becomes_1),
		REMOTE_TEST(a_random_instance_in_use_is_replaced_by_a_fresh_one),
		REMOTE_TEST(sixteen_random_instances_in_use_are_eexist),
		REMOTE_TEST(a_chosen_handle_in_use_is_eexist_at_once),
		REMOTE_TEST(without_random_numbers_the_kernel_is_not_asked),
		REMOTE_TEST(what_the_kernel_says_is_passed_on),
		REMOTE_TEST(a_device_that_is_enabled_already_is_einval),
		REMOTE_TEST(a_subsystem_that_the_kernel_does_not_know_is_enxio),
		REMOTE_TEST(an_area_in_which_nothing_fits_is_erange),
		REMOTE_TEST(an_area_that_no_kernel_maps_is_erange),
		REMOTE_TEST(areas_up_to_both_limits_are_taken),
		REMOTE_TEST(no_handle_at_all_is_edestaddrreq),
		REMOTE_TEST(a_handle_too_many_is_emsgsize),
		REMOTE_TEST(a_bad_handle_is_refused_wherever_it_stands),
		REMOTE_TEST(a_bad_common_handle_is_refused),
		REMOTE_TEST(an_unknown_mode_is_einval_without_the_kernel),
		REMOTE_TEST(remote_options_without_a_size_are_einval),
		REMOTE_TEST(remote_options_of_an_older_program_lack_their_last_fields),
		REMOTE_TEST(unknown_remote_options_are_e2big_unless_zero),
		REMOTE_TEST(the_common_handle_is_gone_with_the_owner),
		cmocka_unit_test(close_disables_what_this_thread_enabled_remotely),
		cmocka_unit_test(close_tells_of_a_remote_owner_that_did_not_disable),
		REMOTE_TEST(both_devices_are_enabled_where_the_kernel_lets_them),
		REMOTE_TEST(a_failing_local_device_leaves_the_remote_one_alone),
		REMOTE_TEST(a_failing_remote_device_disables_the_local_one),
		REMOTE_TEST(bad_remote_options_disable_the_local_device),
		REMOTE_TEST(a_kernel_that_lets_a_thread_own_one_device_is_eopnotsupp),
		REMOTE_TEST(a_thread_that_owns_another_remote_device_is_ebusy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
