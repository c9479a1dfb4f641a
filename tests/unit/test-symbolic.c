// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/path-variants.h"
#include "analyse/symbolic.h"
#include "analyse/value-origin.h"
#include "code-fixture.h"

enum {
	RAX = 0,
	RBX = 3,
};

static void follow(struct fx *fx, const uint64_t *pcs, size_t n, struct call_path *path,
		   struct symbolic *ret)
{
	assert_int_equal(call_path_find(&fx->blocks, pcs, n, path), 0);
	assert_int_equal(symbolic_init(ret, fx->blocks.machine, path), 0);
}

static void fini(struct call_path *path, struct symbolic *symbolic)
{
	symbolic_fini(symbolic);
	call_path_fini(path);
}

/* What the first frame of the call returned. */
static uint32_t returned(struct symbolic *symbolic)
{
	symbolic_seek(symbolic, symbolic->path->frames.at[1].left, false);
	return symbolic_register(symbolic, RAX);
}

static void a_number_is_known_where_it_was_made(void **state)
{
	struct call_path path;
	struct symbolic symbolic;
	struct value_origin origin;

	follow(*state, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)), &path, &symbolic);
	origin = value_origin_of(&symbolic, returned(&symbolic), true, -22);
	assert_int_equal(origin.kind, ORIGIN_CONSTANT);
	assert_int_equal(origin.address, AT(fx_check_value_at));
	assert_int_equal(path.steps.at[origin.step].frame, 2);
	/* Another number is not from there. */
	assert_int_equal(value_origin_of(&symbolic, returned(&symbolic), true, -21).kind,
			 ORIGIN_UNKNOWN);
	fini(&path, &symbolic);
}

static void memory_of_a_caller_is_written_by_its_callee(void **state)
{
	struct call_path path;
	struct symbolic symbolic;
	int64_t number;

	follow(*state, PCS(AT(fx_loads_pc1), AT(fx_stores_pc), AT(fx_loads_pc2)), &path, &symbolic);
	assert_int_equal(symbolic_numbers(&symbolic, returned(&symbolic), &number, 1), 1);
	assert_int_equal(number, -3);
	assert_int_equal(value_origin_of(&symbolic, returned(&symbolic), true, -3).address,
			 AT(fx_stores_pc));
	fini(&path, &symbolic);
}

static void what_has_no_branch_is_one_of_a_few_numbers(void **state)
{
	struct call_path path;
	struct symbolic symbolic;
	struct value_origin origin;
	int64_t numbers[4];

	follow(*state, PCS(AT(fx_chosen_pc)), &path, &symbolic);
	assert_int_equal(symbolic_numbers(&symbolic, returned(&symbolic), numbers, 4), 2);
	assert_true(numbers[0] == -33 || numbers[1] == -33);
	assert_true(numbers[0] == 0 || numbers[1] == 0);
	origin = value_origin_of(&symbolic, returned(&symbolic), true, -33);
	assert_int_equal(origin.kind, ORIGIN_CHOSEN);
	assert_int_equal(value_condition(&symbolic, origin.chooser), AT(fx_chosen_compare_at));
	/* No room for them. */
	assert_int_equal(symbolic_numbers(&symbolic, returned(&symbolic), numbers, 1), 0);
	fini(&path, &symbolic);
}

static void seeking_goes_back_and_forth(void **state)
{
	struct call_path path;
	struct symbolic symbolic;
	const uint32_t n = 8;

	follow(*state, PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_check_pc3), AT(fx_entry_pc2)),
	       &path, &symbolic);
	for (uint32_t round = 0; round < 2; round++) {
		static uint32_t seen[8][MACHINE_REGISTERS];

		assert_true(path.steps.n >= n);
		for (uint32_t i = 0; i < n; i++) {
			const uint32_t step = round ? n - 1 - i : i;

			symbolic_seek(&symbolic, step, true);
			if (!round)
				memcpy(seen[step], symbolic.places.at, sizeof(seen[step]));
			assert_memory_equal(seen[step], symbolic.places.at, sizeof(seen[step]));
		}
	}
	fini(&path, &symbolic);
}

static void what_is_tried_is_forgotten(void **state)
{
	struct fx *fx = *state;
	struct call_path path;
	struct symbolic symbolic;
	uint32_t before;
	size_t n;

	follow(fx, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)), &path, &symbolic);
	before = returned(&symbolic);
	n = symbolic.values.n;
	symbolic_try(&symbolic);
	symbolic_try_block(&symbolic, code_blocks_get(&fx->blocks, AT(fx_plain)));
	assert_int_equal(symbolic_value(&symbolic, symbolic_register(&symbolic, RAX))->number,
			 (uint32_t)-5);
	symbolic_try_end(&symbolic);
	assert_int_equal(symbolic_register(&symbolic, RAX), before);
	assert_int_equal(symbolic.values.n, n);
	fini(&path, &symbolic);
}

static void another_way_between_two_points_is_found(void **state)
{
	struct fx *fx = *state;
	struct call_path path, other;
	struct symbolic symbolic;
	uint32_t step = 0;
	int64_t before, behind;

	follow(fx, PCS(AT(fx_either_pc1), AT(fx_either_pc2)), &path, &symbolic);
	assert_int_equal(symbolic_numbers(&symbolic, returned(&symbolic), &before, 1), 1);
	while (!path.steps.at[step].block || path.steps.at[step].block->last != AT(fx_either_at))
		step++;
	assert_int_equal(path_variant_at(&fx->blocks, &path, step, &other), 1);
	fini(&path, &symbolic);
	assert_int_equal(symbolic_init(&symbolic, fx->blocks.machine, &other), 0);
	assert_int_equal(symbolic_numbers(&symbolic, returned(&symbolic), &behind, 1), 1);
	assert_int_equal(before + behind, -62);
	assert_int_equal(other.frames.at[1].left + 1, other.steps.n);
	fini(&other, &symbolic);
}

static void there_is_no_other_way_where_points_tell(void **state)
{
	struct fx *fx = *state;
	struct call_path path, other;

	assert_int_equal(call_path_find(&fx->blocks,
					PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc3)),
					&path),
			 0);
	for (uint32_t step = 0; step < path.steps.n; step++)
		assert_int_equal(path_variant_at(&fx->blocks, &path, step, &other), 0);
	call_path_fini(&path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_number_is_known_where_it_was_made),
		TEST(memory_of_a_caller_is_written_by_its_callee),
		TEST(what_has_no_branch_is_one_of_a_few_numbers),
		TEST(seeking_goes_back_and_forth),
		TEST(what_is_tried_is_forgotten),
		TEST(another_way_between_two_points_is_found),
		TEST(there_is_no_other_way_where_points_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
