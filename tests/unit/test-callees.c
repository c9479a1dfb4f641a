// SPDX-License-Identifier: MIT
#include "unit.h"

#include "code-fixture.h"

static struct code_function *function_of(struct fx *fx, const char *label)
{
	return code_image_function(&fx->image, AT(label));
}

static void what_has_no_points_reaches_what_it_calls(void **state)
{
	struct fx *fx = *state;

	assert_true(
		callees_reach(&fx->blocks, function_of(fx, fx_calls), function_of(fx, fx_seen)));
	assert_false(
		callees_reach(&fx->blocks, function_of(fx, fx_calls), function_of(fx, fx_check)));
	assert_false(
		callees_reach(&fx->blocks, function_of(fx, fx_plain), function_of(fx, fx_seen)));
	/* It is kept, and freed by fx_fini(). */
	assert_non_null(function_of(fx, fx_calls)->callees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_has_no_points_reaches_what_it_calls, fx_init,
						fx_fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
