// SPDX-License-Identifier: MIT
#include "unit.h"

#include "code-fixture.h"

#include <errno.h>

static const struct code_block *get(struct fx *fx, const char *label)
{
	const struct code_block *block = code_blocks_get(&fx->blocks, AT(label));

	assert_non_null(block);
	assert_int_equal(block->begin, AT(label));
	return block;
}

static void a_block_ends_where_it_goes_elsewhere(void **state)
{
	const struct code_block *block = get(*state, fx_check_pc1);

	assert_int_equal(block->flow, BLOCK_BRANCH);
	assert_int_equal(block->last, AT(fx_check_at));
	assert_int_equal(block->condition, IF_EQUAL);
	assert_int_equal(block->target, AT(fx_check_pc3) - 5);
	assert_int_equal(block->end, AT(fx_check_pc2) - 5);
	assert_string_equal(block->function->name, "fx_check");
	/* A constant, the call of a callback, a comparison. */
	assert_int_equal(block->n_ops, 3);
	assert_int_equal(block->ops[2].kind, OP_COMPARE);
	/* It is kept. */
	assert_ptr_equal(get(*state, fx_check_pc1), block);
}

static void points_are_told_by_what_they_call(void **state)
{
	struct fx *fx = *state;

	assert_int_equal(get(fx, fx_check)->flow, BLOCK_POINT);
	assert_int_equal(get(fx, fx_check)->end, AT(fx_check_pc1));
	assert_int_equal(get(fx, fx_empty)->flow, BLOCK_POINT_JUMP);
	assert_true(code_blocks_is_point(&fx->blocks, AT(fx_check_pc1)));
	assert_false(code_blocks_is_point(&fx->blocks, AT(fx_entry_after)));
	assert_false(code_blocks_is_point(&fx->blocks, 0));
}

static void jumps_to_functions_are_calls(void **state)
{
	const struct code_block *block = get(*state, fx_tail_pc);

	assert_int_equal(block->flow, BLOCK_JUMP);
	assert_string_equal(block->callee->name, "fx_check");
	block = get(*state, fx_entry_pc1);
	assert_int_equal(block->flow, BLOCK_CALL);
	assert_int_equal(block->last, AT(fx_entry_call_at));
	assert_string_equal(block->callee->name, "fx_check");
	assert_int_equal(get(*state, fx_indirect_pc1)->flow, BLOCK_CALL_INDIRECT);
}

static void a_table_has_what_leads_into_its_function(void **state)
{
	const struct code_block *block = get(*state, fx_switch_pc);

	assert_int_equal(block->flow, BLOCK_JUMP_INDIRECT);
	assert_int_equal(block->n_targets, 3);
	assert_int_equal(block->targets[0], AT(fx_switch_pc1) - 5);
	assert_int_equal(block->targets[2], AT(fx_switch_pc2) - 5);
}

static void what_is_no_code_ends(void **state)
{
	struct fx *fx = *state;

	assert_int_equal(code_blocks_get(&fx->blocks, 8)->flow, BLOCK_END);
	assert_int_equal(code_blocks_get(&fx->blocks, 0x1000)->flow, BLOCK_END);
	assert_int_equal(get(fx, fx_switch_end)->flow, BLOCK_TRAP);
}

static void an_instruction_that_can_fault_ends_a_block(void **state)
{
	struct fx *fx = *state;
	struct code_fixup fixups[] = { { AT(fx_check_value_at), AT(fx_check_pc2), 17 } };
	struct code_key keys[] = { { AT(fx_check_at), AT(fx_check_pc2) } };

	fx->image.fixups.at = fixups;
	fx->image.fixups.n = 1;
	fx->image.keys.at = keys;
	fx->image.keys.n = 1;
	assert_int_equal(get(fx, fx_check_value_at)->flow, BLOCK_FAULT);
	assert_int_equal(get(fx, fx_check_value_at)->target, AT(fx_check_pc2));
	assert_int_equal(get(fx, fx_check_value_at)->n_ops, 1);
	assert_int_equal(get(fx, fx_check_pc1)->flow, BLOCK_KEY);
	assert_int_equal(get(fx, fx_check_pc1)->target, AT(fx_check_pc2));
}

static void functions_have_points_or_not(void **state)
{
	struct fx *fx = *state;

	assert_true(code_blocks_has_points(&fx->blocks, get(fx, fx_check)->function));
	assert_true(code_blocks_has_points(&fx->blocks, get(fx, fx_empty)->function));
	assert_false(code_blocks_has_points(&fx->blocks, get(fx, fx_plain)->function));
	assert_false(code_blocks_has_points(&fx->blocks, get(fx, fx_calls)->function));
}

static void machines_that_are_not_known_are_refused(void **state)
{
	struct code_image image;
	struct code_blocks blocks;

	(void)state;
	fx_image_init(&image);
	image.machine = EM_S390;
	assert_int_equal(code_blocks_init(&blocks, &image), -ENOTSUP);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_block_ends_where_it_goes_elsewhere),
		TEST(points_are_told_by_what_they_call),
		TEST(jumps_to_functions_are_calls),
		TEST(a_table_has_what_leads_into_its_function),
		TEST(what_is_no_code_ends),
		TEST(an_instruction_that_can_fault_ends_a_block),
		TEST(functions_have_points_or_not),
		cmocka_unit_test(machines_that_are_not_known_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
