// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

static void pcs_are_a_view_of_the_buffer(void **state)
{
	const uint64_t area[] = { 2, 0xffffffff81000010, 0xffffffff81000020, 7 };
	struct kcov_pcs pcs;

	(void)state;
	assert_int_equal(kcov_pcs_decode(area, 4, &pcs), 0);
	assert_ptr_equal(pcs.pcs, area + 1);
	assert_int_equal(pcs.count, 2);
	assert_false(pcs.full);
}

static void a_full_buffer_says_so(void **state)
{
	const uint64_t area[] = { 3, 1, 2, 3 };
	struct kcov_pcs pcs;

	(void)state;
	assert_int_equal(kcov_pcs_decode(area, 4, &pcs), 0);
	assert_int_equal(pcs.count, 3);
	assert_true(pcs.full);
}

static void a_count_beyond_the_buffer_is_clamped(void **state)
{
	const uint64_t area[] = { UINT64_MAX, 1, 2, 3 };
	struct kcov_pcs pcs;

	(void)state;
	assert_int_equal(kcov_pcs_decode(area, 4, &pcs), 0);
	assert_int_equal(pcs.count, 3);
	assert_true(pcs.full);
}

static void fewer_than_two_words_are_no_buffer(void **state)
{
	const uint64_t area[] = { 0 };
	struct kcov_pcs pcs = { .count = 42 };

	(void)state;
	assert_int_equal(kcov_pcs_decode(area, 1, &pcs), -EINVAL);
	assert_int_equal(kcov_pcs_decode(area, 0, &pcs), -EINVAL);
	assert_int_equal(pcs.count, 42);
}

static void pcs_of_a_buffer_of_comparisons_are_einval(void **state)
{
	static uint64_t area[512];
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1 };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_ENABLED(KCOV_MODE_CMP, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	struct kcov_pcs pcs = { .count = 42 };
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	kcov_open(&opts, &kcov);
	kcov_enable(kcov, KCOV_MODE_CMP);
	assert_int_equal(kcov_pcs(kcov, &pcs), -EINVAL);
	assert_int_equal(pcs.count, 42);
	kcov_disable(kcov);
	kcov_close(kcov);
	script_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcs_are_a_view_of_the_buffer),
		cmocka_unit_test(a_full_buffer_says_so),
		cmocka_unit_test(a_count_beyond_the_buffer_is_clamped),
		cmocka_unit_test(fewer_than_two_words_are_no_buffer),
		cmocka_unit_test(pcs_of_a_buffer_of_comparisons_are_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
