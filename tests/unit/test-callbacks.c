// SPDX-License-Identifier: MIT
/* What KCOV records by, as compilers and linkers name it. */
#include "unit.h"

#include "image/callbacks.h"

static void assert_all(const char *const *symbols, enum kcov_point kind)
{
	for (; *symbols; symbols++) {
		if (kcov_callback_kind(*symbols) != kind)
			fail_msg("%s is of kind %d", *symbols, kcov_callback_kind(*symbols));
	}
}

static void callbacks_record_by_their_names(void **state)
{
	static const char *const pc[] = { "__sanitizer_cov_trace_pc",
					  "__sanitizer_cov_trace_pc_entry",
					  "__sanitizer_cov_trace_pc_guard", NULL };
	static const char *const cmp[] = {
		"__sanitizer_cov_trace_cmp1",       "__sanitizer_cov_trace_cmp8",
		"__sanitizer_cov_trace_const_cmp2", "__sanitizer_cov_trace_const_cmp4",
		"__sanitizer_cov_trace_switch",     NULL
	};

	(void)state;
	assert_all(pc, KCOV_POINT_PC);
	assert_all(cmp, KCOV_POINT_CMP);
}

static void veneers_record_as_what_they_lead_to(void **state)
{
	static const char *const pc[] = { "____sanitizer_cov_trace_pc_veneer",
					  "____sanitizer_cov_trace_pc_guard_veneer",
					  "__AArch64AbsLongThunk___sanitizer_cov_trace_pc",
					  "__AArch64ADRPThunk___sanitizer_cov_trace_pc_entry",
					  NULL };
	static const char *const cmp[] = { "____sanitizer_cov_trace_const_cmp8_veneer",
					   "__AArch64AbsLongThunk___sanitizer_cov_trace_switch",
					   NULL };

	(void)state;
	assert_all(pc, KCOV_POINT_PC);
	assert_all(cmp, KCOV_POINT_CMP);
}

/* The end of a function is no point; what is made of a name by whoever else is no callback. */
static void nothing_else_records(void **state)
{
	static const char *const none[] = { "",
					    "_",
					    "__",
					    "__sanitizer_cov_",
					    "__sanitizer_cov_trace_",
					    "__sanitizer_cov_trace_p",
					    "__sanitizer_cov_trace_pc_exit",
					    "__sanitizer_cov_trace_pc_guard_init",
					    "__sanitizer_cov_trace_pc_indir",
					    "__sanitizer_cov_trace_cmp",
					    "__sanitizer_cov_trace_cmp16",
					    "__sanitizer_cov_trace_pc_veneer",
					    "____sanitizer_cov_trace_pc",
					    "____sanitizer_cov_trace_pc_exit_veneer",
					    "____sanitizer_cov_veneer",
					    "__AArch64AbsLongThunk___sanitizer_cov_trace_pc_exit",
					    "__AArch64___sanitizer_cov_trace_pc",
					    "__Thunk___sanitizer_cov_trace_pc",
					    "__pfx___sanitizer_cov_trace_pc",
					    "my__sanitizer_cov_trace_pc",
					    NULL };

	(void)state;
	assert_all(none, KCOV_POINT_NONE);
}

static void callbacks_that_are_not_known_are_callbacks(void **state)
{
	(void)state;
	assert_int_equal(kcov_callback_family("__sanitizer_cov_trace_pc"), KCOV_POINT_PC);
	assert_int_equal(kcov_callback_family("__sanitizer_cov_trace_pc_exit"), KCOV_POINT_PC);
	assert_int_equal(kcov_callback_family("__sanitizer_cov_more"), KCOV_POINT_PC);
	assert_int_equal(kcov_callback_family("__sanitizer_cov_trace_cmp4"), KCOV_POINT_CMP);
	assert_int_equal(kcov_callback_family("__pfx___sanitizer_cov_trace_pc"), KCOV_POINT_NONE);
	assert_int_equal(kcov_callback_family("__sanitizer_co"), KCOV_POINT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_record_by_their_names),
		cmocka_unit_test(veneers_record_as_what_they_lead_to),
		cmocka_unit_test(nothing_else_records),
		cmocka_unit_test(callbacks_that_are_not_known_are_callbacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
