// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

static uint64_t area[512];

struct fixture {
	struct kcov *kcov;
};

static int setup(void **state)
{
	static struct fixture fixture;
	static const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 511 };
	static const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_LAST,
	};

	script_begin(steps);
	if (kcov_open(&opts, &fixture.kcov))
		return -1;
	script_end();
	area[0] = 0;
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	const struct fixture *fixture = *state;
	static const struct script_step steps[] = {
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};

	script_begin(steps);
	kcov_close(fixture->kcov);
	script_end();
	return 0;
}

static void enable_says_why_not(void **state)
{
	const struct fixture *fixture = *state;
	/* The device is busy; the thread is busy; no comparisons in this kernel. */
	const int errors[] = { -EINVAL, -EBUSY, -KCOV_ENOTSUPP };

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct script_step steps[] = {
			SCRIPT_ENABLED(KCOV_MODE_CMP, errors[i]),
			SCRIPT_LAST,
		};

		script_begin(steps);
		assert_int_equal(kcov_enable(fixture->kcov, KCOV_MODE_CMP), errors[i]);
		script_end();
	}
}

/* A kernel with more modes than ours would say yes. */
static void an_unknown_mode_is_einval_without_the_kernel(void **state)
{
	const struct fixture *fixture = *state;
	const struct script_step nothing[] = { SCRIPT_LAST };

	script_begin(nothing);
	assert_int_equal(kcov_enable(fixture->kcov, (enum kcov_mode)2), -EINVAL);
	assert_int_equal(kcov_enable(fixture->kcov, (enum kcov_mode) - 1), -EINVAL);
	script_end();
}

static void disable_from_a_thread_that_records_nothing_is_einval(void **state)
{
	const struct fixture *fixture = *state;
	const struct script_step steps[] = { SCRIPT_DISABLED(-EINVAL), SCRIPT_LAST };

	script_begin(steps);
	assert_int_equal(kcov_disable(fixture->kcov), -EINVAL);
	script_end();
}

static void enable_and_disable_can_be_repeated_with_another_mode(void **state)
{
	const struct fixture *fixture = *state;
	const struct script_step steps[] = {
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_ENABLED(KCOV_MODE_CMP, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_LAST,
	};
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;

	script_begin(steps);
	assert_int_equal(kcov_enable(fixture->kcov, KCOV_MODE_PC), 0);
	assert_int_equal(kcov_pcs(fixture->kcov, &pcs), 0);
	assert_int_equal(kcov_disable(fixture->kcov), 0);
	assert_int_equal(kcov_enable(fixture->kcov, KCOV_MODE_CMP), 0);
	assert_int_equal(kcov_cmps(fixture->kcov, &cmps), 0);
	assert_int_equal(kcov_disable(fixture->kcov), 0);
	script_end();
}

static void count_and_reset_are_about_the_first_word(void **state)
{
	const struct fixture *fixture = *state;

	area[0] = 5;
	assert_int_equal(kcov_count(fixture->kcov), 5);
	assert_false(kcov_is_full(fixture->kcov));
	kcov_reset(fixture->kcov);
	assert_int_equal(area[0], 0);
	assert_int_equal(kcov_count(fixture->kcov), 0);
}

static void a_buffer_at_its_capacity_is_full(void **state)
{
	const struct fixture *fixture = *state;

	area[0] = 510;
	assert_false(kcov_is_full(fixture->kcov));
	area[0] = 511;
	assert_true(kcov_is_full(fixture->kcov));
}

static void a_count_that_was_scribbled_over_is_clamped(void **state)
{
	const struct fixture *fixture = *state;
	const uint64_t counts[] = { 512, UINT32_MAX, (uint64_t)1 << 32, UINT64_MAX };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		area[0] = counts[i];
		assert_int_equal(kcov_count(fixture->kcov), 511);
		assert_true(kcov_is_full(fixture->kcov));
	}
}

static void comparisons_fill_the_buffer_sooner(void **state)
{
	const struct fixture *fixture = *state;
	const struct script_step steps[] = {
		SCRIPT_ENABLED(KCOV_MODE_CMP, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_LAST,
	};

	script_begin(steps);
	kcov_enable(fixture->kcov, KCOV_MODE_CMP);
	area[0] = 127;
	assert_int_equal(kcov_count(fixture->kcov), 127);
	assert_true(kcov_is_full(fixture->kcov));
	kcov_disable(fixture->kcov);
	script_end();
}

int main(void)
{
#define SESSION_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		SESSION_TEST(enable_says_why_not),
		SESSION_TEST(an_unknown_mode_is_einval_without_the_kernel),
		SESSION_TEST(disable_from_a_thread_that_records_nothing_is_einval),
		SESSION_TEST(enable_and_disable_can_be_repeated_with_another_mode),
		SESSION_TEST(count_and_reset_are_about_the_first_word),
		SESSION_TEST(a_buffer_at_its_capacity_is_full),
		SESSION_TEST(a_count_that_was_scribbled_over_is_clamped),
		SESSION_TEST(comparisons_fill_the_buffer_sooner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
