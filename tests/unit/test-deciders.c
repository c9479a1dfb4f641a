// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/deciders.h"
#include "code-fixture.h"

#include <errno.h>

struct asked {
	struct call_path path;
	struct symbolic symbolic;
	struct value_origin origin;
};

/* Where what the call returned is from; what that is. */
static int64_t follow(struct fx *fx, const uint64_t *pcs, size_t n, struct asked *ret)
{
	uint32_t value;
	int64_t number;

	assert_int_equal(call_path_find(&fx->blocks, pcs, n, &ret->path), 0);
	assert_int_equal(symbolic_init(&ret->symbolic, fx->blocks.machine, &ret->path), 0);
	symbolic_seek(&ret->symbolic, ret->path.frames.at[1].left, false);
	value = symbolic_register(&ret->symbolic, ret->symbolic.machine->result);
	assert_int_equal(symbolic_numbers(&ret->symbolic, value, &number, 1), 1);
	ret->origin = value_origin_of(&ret->symbolic, value, true, number);
	assert_int_equal(ret->origin.kind, ORIGIN_CONSTANT);
	return number;
}

static void fini(struct asked *asked)
{
	symbolic_fini(&asked->symbolic);
	call_path_fini(&asked->path);
}

/* The step whose block ends with an instruction. */
static uint32_t step_at(const struct asked *asked, const char *label)
{
	for (uint32_t i = 0; i < asked->path.steps.n; i++)
		if (asked->path.steps.at[i].block &&
		    asked->path.steps.at[i].block->last == AT(label))
			return i;
	fail();
	return NO_STEP;
}

static enum other_way way_of(struct fx *fx, struct asked *asked, const char *label, int64_t number)
{
	struct other_ways ways = { .blocks = &fx->blocks,
				   .symbolic = &asked->symbolic,
				   .place = asked->symbolic.machine->result,
				   .number = number };

	return other_ways_of(&ways, step_at(asked, label));
}

static void the_condition_that_could_have_led_elsewhere_decides(void **state)
{
	struct fx *fx = *state;
	struct deciders deciders;
	struct asked asked;

	assert_int_equal(
		follow(fx, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)), &asked), -22);
	deciders_find(&fx->blocks, &asked.symbolic, &asked.origin, -22, &deciders);
	assert_int_equal(deciders.check, step_at(&asked, fx_check_at));
	assert_int_equal(deciders.frame, 2);
	assert_false(deciders.is_weak);
	assert_int_equal(deciders.n_strong, 0);
	assert_int_equal(way_of(fx, &asked, fx_check_at, -22), OTHER_WAY_STRONG);
	fini(&asked);
}

/* Which of both ways the path takes is not known: each is an error. */
static void another_error_is_weaker_than_none(void **state)
{
	struct fx *fx = *state;
	struct deciders deciders;
	struct asked asked;
	const int64_t number = follow(fx, PCS(AT(fx_either_pc1), AT(fx_either_pc2)), &asked);

	assert_true(number == -61 || number == -1);
	assert_int_equal(way_of(fx, &asked, fx_either_at, number), OTHER_WAY_WEAK);
	deciders_find(&fx->blocks, &asked.symbolic, &asked.origin, number, &deciders);
	assert_int_equal(deciders.check, step_at(&asked, fx_either_at));
	assert_true(deciders.is_weak);
	fini(&asked);
}

static void a_number_that_is_no_error_can_be_asked_about(void **state)
{
	struct fx *fx = *state;
	struct asked asked;

	assert_int_equal(follow(fx, PCS(AT(fx_switch_pc), AT(fx_switch_pc1)), &asked), 1);
	assert_int_equal(way_of(fx, &asked, fx_switch_pc, 1), OTHER_WAY_STRONG);
	fini(&asked);
}

static void without_a_condition_nothing_decides(void **state)
{
	struct fx *fx = *state;
	struct deciders deciders;
	struct asked asked;

	assert_int_equal(
		follow(fx, PCS(AT(fx_loads_pc1), AT(fx_stores_pc), AT(fx_loads_pc2)), &asked), -3);
	deciders_find(&fx->blocks, &asked.symbolic, &asked.origin, -3, &deciders);
	assert_int_equal(deciders.check, NO_STEP);
	assert_int_equal(deciders.n_weak, 0);
	fini(&asked);
}

static void what_was_tried_leaves_no_trace(void **state)
{
	struct fx *fx = *state;
	struct asked asked;
	size_t n;

	assert_int_equal(
		follow(fx, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)), &asked), -22);
	n = asked.symbolic.values.n;
	for (int i = 0; i < 3; i++)
		assert_int_equal(way_of(fx, &asked, fx_check_at, -22), OTHER_WAY_STRONG);
	assert_int_equal(asked.symbolic.values.n, n);
	assert_int_equal(asked.symbolic.tried.n, 0);
	assert_false(asked.symbolic.is_trying);
	fini(&asked);
}

static void errors_are_what_system_calls_return(void **state)
{
	(void)state;
	assert_true(is_error_number(-1));
	assert_true(is_error_number(-4095));
	assert_false(is_error_number(-4096));
	assert_false(is_error_number(0));
	assert_false(is_error_number(22));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_condition_that_could_have_led_elsewhere_decides),
		TEST(another_error_is_weaker_than_none),
		TEST(a_number_that_is_no_error_can_be_asked_about),
		TEST(without_a_condition_nothing_decides),
		TEST(what_was_tried_leaves_no_trace),
		cmocka_unit_test(errors_are_what_system_calls_return),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
