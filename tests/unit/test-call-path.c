// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/call-path.h"
#include "code-fixture.h"

#include <errno.h>
#include <stdlib.h>

static void find(struct fx *fx, const uint64_t *pcs, size_t n, struct call_path *ret)
{
	assert_int_equal(call_path_find(&fx->blocks, pcs, n, ret), 0);
}

/* A frame, by its number. */
static void assert_frame(const struct call_path *path, size_t i, const char *name, uint32_t parent,
			 enum path_edge how, uint32_t n_pcs)
{
	const struct path_frame *frame = &path->frames.at[i];

	assert_true(i < path->frames.n);
	if (name)
		assert_string_equal(frame->function->name, name);
	else
		assert_null(frame->function);
	assert_int_equal(frame->parent, parent);
	assert_int_equal(frame->how, how);
	assert_int_equal(frame->n_pcs, n_pcs);
}

static void calls_are_followed_and_return(void **state)
{
	struct call_path path;

	find(*state, PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_check_pc3), AT(fx_entry_pc2)),
	     &path);
	assert_int_equal(path.gaps.n, 0);
	assert_int_equal(path.frames.n, 3);
	assert_frame(&path, 0, NULL, NO_FRAME, EDGE_NONE, 0);
	assert_frame(&path, 1, "__x64_sys_read", 0, EDGE_ENTER, 2);
	assert_frame(&path, 2, "fx_check", 1, EDGE_CALL, 2);
	assert_int_equal(path.frames.at[2].first_pc, 1);
	assert_int_not_equal(path.frames.at[1].left, UINT32_MAX);
	call_path_fini(&path);
}

static void a_jump_returns_to_the_callers_caller(void **state)
{
	struct call_path path;

	find(*state, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc2)), &path);
	assert_int_equal(path.gaps.n, 0);
	assert_frame(&path, 2, "fx_check", 1, EDGE_TAIL, 2);
	assert_int_equal(path.frames.at[1].left, path.frames.at[2].left);
	call_path_fini(&path);
}

static void a_pointer_calls_whatever_begins_next(void **state)
{
	struct call_path path;

	find(*state,
	     PCS(AT(fx_indirect_pc1), AT(fx_check_pc1), AT(fx_check_pc2), AT(fx_indirect_pc2)),
	     &path);
	assert_int_equal(path.gaps.n, 0);
	assert_frame(&path, 2, "fx_check", 1, EDGE_CALL_INDIRECT, 2);
	call_path_fini(&path);
	/* Or nothing that records. */
	find(*state, PCS(AT(fx_indirect_pc1), AT(fx_indirect_pc2)), &path);
	assert_int_equal(path.gaps.n, 0);
	assert_int_equal(path.frames.n, 2);
	call_path_fini(&path);
	/* Or what only records where it returns to. */
	find(*state, PCS(AT(fx_indirect_pc1), AT(fx_indirect_after), AT(fx_indirect_pc2)), &path);
	assert_int_equal(path.gaps.n, 0);
	call_path_fini(&path);
}

static void what_has_no_points_is_a_frame_if_what_it_calls_has_some(void **state)
{
	struct call_path path;

	find(*state, PCS(AT(fx_opaque_pc1), AT(fx_seen_pc), AT(fx_opaque_pc2)), &path);
	assert_int_equal(path.gaps.n, 0);
	assert_frame(&path, 2, "fx_calls", 1, EDGE_OPAQUE, 0);
	assert_frame(&path, 3, "fx_seen", 2, EDGE_ENTER, 1);
	call_path_fini(&path);
}

static void what_runs_in_between_is_an_insertion(void **state)
{
	struct call_path path;

	find(*state,
	     PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_seen_pc), AT(fx_check_pc3),
		 AT(fx_entry_pc2)),
	     &path);
	assert_int_equal(path.gaps.n, 0);
	assert_frame(&path, 2, "fx_check", 1, EDGE_CALL, 2);
	assert_frame(&path, 3, NULL, 2, EDGE_INTERRUPT, 0);
	assert_frame(&path, 4, "fx_seen", 3, EDGE_ENTER, 1);
	call_path_fini(&path);
}

static void where_the_thread_is_lost_is_told(void **state)
{
	struct call_path path;

	/* fx_check() cannot return without its second point. */
	find(*state, PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_entry_pc2)), &path);
	assert_int_equal(path.gaps.n, 1);
	assert_int_equal(path.gaps.at[0].pc, 2);
	assert_int_equal(path.steps.at[path.gaps.at[0].step].edge, EDGE_LOST);
	assert_frame(&path, 1, "__x64_sys_read", 0, EDGE_ENTER, 2);
	call_path_fini(&path);
}

static void nothing_of_this_code_is_no_path(void **state)
{
	struct fx *fx = *state;
	struct call_path path;

	assert_int_equal(call_path_find(&fx->blocks, PCS(1, 2, 3), &path), -ENODATA);
	assert_int_equal(call_path_find(&fx->blocks, NULL, CALL_PATH_MAX_PCS + 1, &path), -E2BIG);
}

/* Whatever PCs: each is in the path, or a gap, and steps are of frames that are there. */
static void any_order_ends(void **state)
{
	const uint64_t pcs[] = { AT(fx_entry_pc1),
				 AT(fx_check_pc1),
				 AT(fx_check_pc2),
				 AT(fx_check_pc3),
				 AT(fx_entry_pc2),
				 AT(fx_tail_pc),
				 AT(fx_seen_pc),
				 AT(fx_opaque_pc1),
				 AT(fx_opaque_pc2),
				 AT(fx_either_at),
				 0,
				 UINT64_MAX };
	struct fx *fx = *state;
	uint64_t chosen[64];

	srand(1);
	for (int round = 0; round < 500; round++) {
		struct call_path path;
		uint32_t n_pcs = 0;
		int err;

		for (size_t i = 0; i < 64; i++)
			chosen[i] = pcs[(size_t)rand() % (sizeof(pcs) / sizeof(pcs[0]))];
		err = call_path_find(&fx->blocks, chosen, 64, &path);
		assert_true(err == 0 || err == -ENODATA);
		if (err)
			continue;
		for (size_t i = 0; i < path.steps.n; i++)
			assert_true(path.steps.at[i].frame < path.frames.n);
		for (size_t i = 0; i < path.frames.n; i++)
			n_pcs += path.frames.at[i].n_pcs;
		assert_int_equal(n_pcs, 64);
		call_path_fini(&path);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_are_followed_and_return),
		TEST(a_jump_returns_to_the_callers_caller),
		TEST(a_pointer_calls_whatever_begins_next),
		TEST(what_has_no_points_is_a_frame_if_what_it_calls_has_some),
		TEST(what_runs_in_between_is_an_insertion),
		TEST(where_the_thread_is_lost_is_told),
		TEST(nothing_of_this_code_is_no_path),
		TEST(any_order_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
