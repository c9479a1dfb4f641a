// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

static uint64_t area[512];

static void a_kernel_with_everything_has_all_bits(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_ENABLED(KCOV_MODE_CMP, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_REMOTE_ENABLED(0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	unsigned int features;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), 0);
	assert_int_equal(features, KCOV_FEATURE_PC | KCOV_FEATURE_CMP | KCOV_FEATURE_REMOTE);
	script_end();
}

static void a_kernel_without_comparisons_and_remote_lacks_their_bits(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED("/x", 512, area),
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_ENABLED(KCOV_MODE_CMP, -KCOV_ENOTSUPP),
		SCRIPT_REMOTE_ENABLED(-ENOTTY),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	unsigned int features;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features("/x", &features), 0);
	assert_int_equal(features, KCOV_FEATURE_PC);
	script_end();
}

static void a_thread_that_records_already_is_ebusy(void **state)
{
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_ENABLED(KCOV_MODE_PC, -EBUSY),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	unsigned int features = 42;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), -EBUSY);
	assert_int_equal(features, 42);
	script_end();
}

static void a_device_that_cannot_be_opened_says_why(void **state)
{
	const struct script_step steps[] = {
		{ .call = SCRIPT_OPEN, .path = KCOV_DEFAULT_PATH, .result = -EACCES },
		SCRIPT_LAST,
	};
	unsigned int features = 42;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_features(NULL, &features), -EACCES);
	assert_int_equal(features, 42);
	script_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_with_everything_has_all_bits),
		cmocka_unit_test(a_kernel_without_comparisons_and_remote_lacks_their_bits),
		cmocka_unit_test(a_thread_that_records_already_is_ebusy),
		cmocka_unit_test(a_device_that_cannot_be_opened_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
