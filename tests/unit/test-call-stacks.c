// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/call-stacks.h"

#include <errno.h>

static int init(void **state)
{
	static struct call_stacks stacks;

	*state = &stacks;
	return call_stacks_init(&stacks);
}

static int fini(void **state)
{
	call_stacks_fini(*state);
	return 0;
}

static void equal_stacks_are_one(void **state)
{
	struct call_stacks *stacks = *state;
	struct code_function function = { 0 };
	const uint32_t one = call_stacks_push(stacks, STACK_OF_NOTHING, STACK_CALL, 17, &function);
	const uint32_t two = call_stacks_push(stacks, one, STACK_CALL, 18, &function);

	assert_int_not_equal(one, STACK_OF_NOTHING);
	assert_int_not_equal(one, two);
	assert_int_equal(call_stacks_push(stacks, STACK_OF_NOTHING, STACK_CALL, 17, &function),
			 one);
	assert_int_not_equal(call_stacks_push(stacks, STACK_OF_NOTHING, STACK_CALL, 18, &function),
			     one);
	assert_int_not_equal(
		call_stacks_push(stacks, STACK_OF_NOTHING, STACK_OPAQUE, 17, &function), one);
	assert_int_not_equal(call_stacks_push(stacks, STACK_OF_NOTHING, STACK_CALL, 17, NULL), one);
	assert_int_equal(stacks->at[two].depth, 2);
}

static void what_was_entered_by_a_jump_returns_with_its_parent(void **state)
{
	struct call_stacks *stacks = *state;
	const uint32_t call = call_stacks_push(stacks, STACK_OF_NOTHING, STACK_CALL, 17, NULL);
	const uint32_t tail = call_stacks_push(stacks, call, STACK_TAIL, 0, NULL);
	const uint32_t again = call_stacks_push(stacks, tail, STACK_OPAQUE_TAIL, 0, NULL);
	uint64_t back = 0;

	assert_int_equal(call_stacks_return(stacks, again, &back), STACK_OF_NOTHING);
	assert_int_equal(back, 17);
	assert_int_equal(call_stacks_return(stacks, STACK_OF_NOTHING, &back), NO_STACK);
	assert_int_equal(back, 17);
}

static void many_are_found_again_and_depth_has_an_end(void **state)
{
	struct call_stacks *stacks = *state;
	uint32_t made[STACK_MAX_DEPTH], stack = STACK_OF_NOTHING;

	for (uint32_t i = 0; i < STACK_MAX_DEPTH; i++)
		made[i] = stack = call_stacks_push(stacks, stack, STACK_CALL, i + 1, NULL);
	assert_int_equal(call_stacks_push(stacks, stack, STACK_CALL, 1, NULL), NO_STACK);
	stack = STACK_OF_NOTHING;
	for (uint32_t i = 0; i < STACK_MAX_DEPTH; i++) {
		stack = call_stacks_push(stacks, stack, STACK_CALL, i + 1, NULL);
		assert_int_equal(stack, made[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_stacks_are_one, init, fini),
		cmocka_unit_test_setup_teardown(what_was_entered_by_a_jump_returns_with_its_parent,
						init, fini),
		cmocka_unit_test_setup_teardown(many_are_found_again_and_depth_has_an_end, init,
						fini),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
