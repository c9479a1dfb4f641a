// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/reason.h"
#include "code-fixture.h"

#include <errno.h>

static void find(struct fx *fx, const char *name, int64_t result, const uint64_t *pcs, size_t n,
		 struct finding *ret)
{
	const struct reason_question question = {
		.pcs = pcs, .n = n, .is_complete = true, .name = name, .result = result
	};

	assert_int_equal(reason_find(&fx->blocks, &question, ret), 0);
}

static void assert_candidate(const struct finding *finding, size_t i, enum finding_role role,
			     const char *at)
{
	assert_true(i < finding->n_candidates);
	assert_int_equal(finding->candidates[i].role, role);
	assert_int_equal(finding->candidates[i].address, AT(at));
}

static void a_check_in_a_callee_decides(void **state)
{
	struct finding finding;

	find(*state, "write", -22, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)),
	     &finding);
	assert_int_equal(finding.verdict, VERDICT_CHECK);
	assert_true(finding.is_sure);
	assert_int_equal(finding.doubts, 0);
	assert_candidate(&finding, 0, ROLE_CHECK, fx_check_at);
	assert_candidate(&finding, 1, ROLE_VALUE, fx_check_value_at);
	assert_candidate(&finding, 2, ROLE_CALLER, fx_tail_pc);
	assert_int_equal(finding.callers.n, 1);
	finding_fini(&finding);
}

static void what_no_code_returned_is_unknown(void **state)
{
	struct finding finding;

	/* It is lost where the last point is. */
	find(*state, "read", -5,
	     PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_check_pc2), AT(fx_entry_pc2)), &finding);
	assert_int_equal(finding.verdict, VERDICT_UNKNOWN);
	finding_fini(&finding);
}

static void the_result_says_which_of_two_ways(void **state)
{
	struct finding finding;

	for (int64_t result = -61; result <= -1; result += 60) {
		find(*state, "stat", result, PCS(AT(fx_either_pc1), AT(fx_either_pc2)), &finding);
		assert_int_equal(finding.verdict, VERDICT_CHECK);
		assert_candidate(&finding, 0, ROLE_CHECK, fx_either_at);
		assert_false(finding.is_sure);
		finding_fini(&finding);
	}
}

static void without_a_branch_the_comparison_decides(void **state)
{
	struct finding finding;

	find(*state, "fstat", -33, PCS(AT(fx_chosen_pc)), &finding);
	assert_int_equal(finding.verdict, VERDICT_CHECK);
	assert_candidate(&finding, 0, ROLE_CHECK, fx_chosen_compare_at);
	assert_false(finding.is_sure);
	finding_fini(&finding);
}

/* What another call ran behind it, in a signal's handler say, is not the call's. */
static void a_call_is_found_by_the_name_that_programs_know(void **state)
{
	struct finding finding;

	find(*state, "fstat", -33,
	     PCS(AT(fx_chosen_pc), AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)), &finding);
	assert_int_equal(finding.verdict, VERDICT_CHECK);
	assert_candidate(&finding, 0, ROLE_CHECK, fx_chosen_compare_at);
	finding_fini(&finding);
}

static void an_error_goes_through_memory(void **state)
{
	struct finding finding;

	find(*state, "lstat", -3, PCS(AT(fx_loads_pc1), AT(fx_stores_pc), AT(fx_loads_pc2)),
	     &finding);
	assert_int_equal(finding.verdict, VERDICT_CHECK);
	/* There is no condition: the function's last point stands for it. */
	assert_candidate(&finding, 0, ROLE_CHECK, fx_stores_point_at);
	assert_candidate(&finding, 1, ROLE_VALUE, fx_stores_pc);
	assert_int_equal(finding.doubts, DOUBT_WEAK);
	finding_fini(&finding);
}

/* Memory is known from a call before this one: nothing says that it is from this one. */
static void what_was_there_before_the_call_is_no_reason(void **state)
{
	struct finding finding;

	find(*state, "read", -33,
	     PCS(AT(fx_loads_pc1), AT(fx_loads_pc2), AT(fx_loads_pc2), AT(fx_loads_pc1),
		 AT(fx_loads_pc2)),
	     &finding);
	assert_int_equal(finding.verdict, VERDICT_UNKNOWN);
	assert_int_equal(finding.callers.n, 0);
	finding_fini(&finding);
}

static void a_table_decides(void **state)
{
	struct finding finding;

	find(*state, "poll", -95, PCS(AT(fx_switch_pc), AT(fx_switch_pc2)), &finding);
	assert_candidate(&finding, 0, ROLE_CHECK, fx_switch_pc);
	assert_true(finding.is_sure);
	finding_fini(&finding);
}

static void gaps_and_ends_make_it_unsure(void **state)
{
	struct fx *fx = *state;
	const uint64_t pcs[] = { AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3) };
	struct reason_question question = { .pcs = pcs, .n = 3, .name = "write", .result = -22 };
	struct finding finding;

	assert_int_equal(reason_find(&fx->blocks, &question, &finding), 0);
	assert_int_equal(finding.doubts, DOUBT_INCOMPLETE);
	assert_false(finding.is_sure);
	finding_fini(&finding);
	find(fx, "write", -22, PCS(AT(fx_tail_pc), AT(fx_check_pc3)), &finding);
	assert_true(finding.doubts & DOUBT_GAP);
	assert_false(finding.is_sure);
	assert_int_equal(finding.gaps.n, 1);
	assert_int_equal(finding.gaps.at[0].pc, 1);
	assert_int_equal(finding.gaps.at[0].address, AT(fx_check_pc3));
	finding_fini(&finding);
}

/* By a pointer into a module. */
static void what_is_not_in_the_image_is_told(void **state)
{
	struct finding finding;

	find(*state, "open", -5,
	     PCS(AT(fx_indirect_pc1), 0xffffffffc0001234, 0xffffffffc0001250, AT(fx_indirect_pc2)),
	     &finding);
	assert_true(finding.is_elsewhere);
	assert_int_equal(finding.verdict, VERDICT_UNKNOWN);
	assert_int_equal(finding.gaps.n, 2);
	finding_fini(&finding);
}

static void without_a_system_call_there_is_no_reason(void **state)
{
	const uint64_t pcs[] = { AT(fx_seen_pc) };
	const struct reason_question question = {
		.pcs = pcs, .n = 1, .name = "read", .result = -1
	};
	struct fx *fx = *state;
	struct finding finding;

	assert_int_equal(reason_find(&fx->blocks, &question, &finding), -ENODATA);
}

static void names_are_those_of_the_output(void **state)
{
	(void)state;
	assert_string_equal(finding_verdict_name(VERDICT_PROCESSOR), "processor");
	assert_string_equal(finding_role_name(ROLE_CONVERSION), "conversion");
	assert_string_equal(finding_doubt_name(DOUBT_CONVERTED), "converted");
	assert_null(finding_doubt_name(DOUBT_CONVERTED << 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_check_in_a_callee_decides),
		TEST(what_no_code_returned_is_unknown),
		TEST(the_result_says_which_of_two_ways),
		TEST(without_a_branch_the_comparison_decides),
		TEST(a_call_is_found_by_the_name_that_programs_know),
		TEST(an_error_goes_through_memory),
		TEST(what_was_there_before_the_call_is_no_reason),
		TEST(what_was_there_before_the_call_is_no_reason),
		TEST(a_table_decides),
		TEST(gaps_and_ends_make_it_unsure),
		TEST(what_is_not_in_the_image_is_told),
		TEST(without_a_system_call_there_is_no_reason),
		cmocka_unit_test(names_are_those_of_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
