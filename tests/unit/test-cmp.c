// SPDX-License-Identifier: MIT
#include "unit.h"

#include "script.h"

#include <errno.h>
#include <kcov/kcov.h>

/* Type 5 is a constant (bit 0) of 4 bytes (log2 2 in bits 1 and 2). */
static const uint64_t two[] = {
	2, 5, 0x1234, 0xffffffff, 0xffffffff81000010, 6, UINT64_MAX, 0, 0xffffffff81000020, 0, 0, 0,
};

static void comparisons_are_decoded(void **state)
{
	struct kcov_cmps cmps;
	struct kcov_cmp cmp;

	(void)state;
	assert_int_equal(kcov_cmps_decode(two, 12, &cmps), 0);
	assert_int_equal(cmps.count, 2);
	assert_int_equal(kcov_cmp_decode(&cmps, 0, &cmp), 0);
	assert_int_equal(cmp.arg1, 0x1234);
	assert_int_equal(cmp.arg2, 0xffffffff);
	assert_int_equal(cmp.ip, 0xffffffff81000010);
	assert_int_equal(cmp.size, 4);
	assert_true(cmp.is_const);
	assert_int_equal(kcov_cmp_decode(&cmps, 1, &cmp), 0);
	assert_int_equal(cmp.size, 8);
	assert_false(cmp.is_const);
}

static void every_size_is_known(void **state)
{
	(void)state;
	for (uint64_t log = 0; log < 4; log++) {
		const uint64_t area[] = { 1, log << 1, 0, 0, 0 };
		struct kcov_cmps cmps;
		struct kcov_cmp cmp;

		kcov_cmps_decode(area, 5, &cmps);
		assert_int_equal(kcov_cmp_decode(&cmps, 0, &cmp), 0);
		assert_int_equal(cmp.size, 1 << log);
	}
}

static void the_rest_after_the_last_whole_record_is_no_capacity(void **state)
{
	struct kcov_cmps cmps;

	(void)state;
	/* 12 words: the count, two records, three words that hold no third. */
	assert_int_equal(kcov_cmps_decode(two, 12, &cmps), 0);
	assert_true(cmps.full);
	assert_int_equal(kcov_cmps_decode(two, 8, &cmps), 0);
	assert_int_equal(cmps.count, 1);
	assert_true(cmps.full);
}

static void the_smallest_buffer_holds_none_and_is_full(void **state)
{
	struct kcov_cmps cmps;

	(void)state;
	assert_int_equal(kcov_cmps_decode(two, 2, &cmps), 0);
	assert_int_equal(cmps.count, 0);
	assert_true(cmps.full);
}

static void no_words_are_no_buffer(void **state)
{
	struct kcov_cmps cmps = { .count = 42 };

	(void)state;
	assert_int_equal(kcov_cmps_decode(two, 0, &cmps), -EINVAL);
	assert_int_equal(cmps.count, 42);
}

static void an_index_beyond_the_count_is_erange(void **state)
{
	struct kcov_cmps cmps;
	struct kcov_cmp cmp = { .size = 42 };

	(void)state;
	kcov_cmps_decode(two, 12, &cmps);
	assert_int_equal(kcov_cmp_decode(&cmps, 2, &cmp), -ERANGE);
	assert_int_equal(kcov_cmp_decode(&cmps, SIZE_MAX, &cmp), -ERANGE);
	assert_int_equal(cmp.size, 42);
}

static void a_type_that_no_kernel_writes_is_ebadmsg(void **state)
{
	const uint64_t types[] = { 8, 0xffffffff81000010, (uint64_t)1 << 32, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const uint64_t area[] = { 1, types[i], 0, 0, 0 };
		struct kcov_cmp cmp = { .size = 42 };
		struct kcov_cmps cmps;

		kcov_cmps_decode(area, 5, &cmps);
		assert_int_equal(kcov_cmp_decode(&cmps, 0, &cmp), -EBADMSG);
		assert_int_equal(cmp.size, 42);
	}
}

static void comparisons_of_a_buffer_of_pcs_are_einval(void **state)
{
	static uint64_t area[512];
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1 };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_ENABLED(KCOV_MODE_PC, 0),
		SCRIPT_DISABLED(0),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	struct kcov_cmps cmps = { .count = 42 };
	struct kcov_records records = { .count = 42 };
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	kcov_open(&opts, &kcov);
	kcov_enable(kcov, KCOV_MODE_PC);
	assert_int_equal(kcov_cmps(kcov, &cmps), -EINVAL);
	assert_int_equal(cmps.count, 42);
	assert_int_equal(kcov_records(kcov, KCOV_MODE_CMP, &records), -EINVAL);
	assert_int_equal(records.count, 42);
	kcov_disable(kcov);
	kcov_close(kcov);
	script_end();
}

/* What takes records of any mode needs no more than this. */
static void each_kind_of_record_says_what_it_is_made_of(void **state)
{
	const uint64_t area[] = { 1, 4, 3, 4, 0xffffffff81000010 };
	const struct kcov_record_kind *pc = kcov_record_kind(KCOV_MODE_PC);
	const struct kcov_record_kind *cmp = kcov_record_kind(KCOV_MODE_CMP);
	struct kcov_cmps cmps;
	struct kcov_cmp decoded;

	(void)state;
	assert_string_equal(pc->name, "pc");
	assert_int_equal(pc->mode, KCOV_MODE_PC);
	assert_int_equal(pc->words, 1);
	assert_int_equal(pc->address, 0);
	assert_string_equal(cmp->name, "cmp");
	assert_int_equal(cmp->mode, KCOV_MODE_CMP);
	assert_int_equal(cmp->words, KCOV_CMP_WORDS);
	assert_int_equal(kcov_cmps_decode(area, 5, &cmps), 0);
	assert_int_equal(kcov_cmp_decode(&cmps, 0, &decoded), 0);
	assert_int_equal(cmps.records[cmp->address], decoded.ip);
	assert_null(kcov_record_kind((enum kcov_mode)2));
	assert_null(kcov_record_kind((enum kcov_mode) - 1));
}

static void records_of_either_kind_are_a_view_of_the_buffer(void **state)
{
	static uint64_t area[512] = { 128 };
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1 };
	const struct script_step steps[] = {
		SCRIPT_OPENED(KCOV_DEFAULT_PATH, 512, area),
		SCRIPT_CLOSED(512, area),
		SCRIPT_LAST,
	};
	struct kcov_records records;
	struct kcov *kcov;

	(void)state;
	script_begin(steps);
	assert_int_equal(kcov_open(&opts, &kcov), 0);
	/* Whoever enables it elsewhere knows the mode. */
	assert_int_equal(kcov_records(kcov, KCOV_MODE_PC, &records), 0);
	assert_ptr_equal(records.kind, kcov_record_kind(KCOV_MODE_PC));
	assert_ptr_equal(records.records, area + 1);
	assert_int_equal(records.count, 128);
	assert_false(records.full);
	assert_int_equal(kcov_records(kcov, KCOV_MODE_CMP, &records), 0);
	assert_ptr_equal(records.kind, kcov_record_kind(KCOV_MODE_CMP));
	assert_int_equal(records.count, 127);
	assert_true(records.full);
	assert_int_equal(kcov_records(kcov, (enum kcov_mode)2, &records), -EINVAL);
	kcov_close(kcov);
	script_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons_are_decoded),
		cmocka_unit_test(every_size_is_known),
		cmocka_unit_test(the_rest_after_the_last_whole_record_is_no_capacity),
		cmocka_unit_test(the_smallest_buffer_holds_none_and_is_full),
		cmocka_unit_test(no_words_are_no_buffer),
		cmocka_unit_test(an_index_beyond_the_count_is_erange),
		cmocka_unit_test(a_type_that_no_kernel_writes_is_ebadmsg),
		cmocka_unit_test(comparisons_of_a_buffer_of_pcs_are_einval),
		cmocka_unit_test(each_kind_of_record_says_what_it_is_made_of),
		cmocka_unit_test(records_of_either_kind_are_a_view_of_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
