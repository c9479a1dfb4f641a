// SPDX-License-Identifier: MIT
#include "unit.h"

#include "analyse/call-tree.h"
#include "code-fixture.h"

#include <errno.h>

/* Nothing is inlined, and functions are called as their symbols. */
static int make_place(void *context, struct place *place)
{
	(void)context;
	place->is_described = true;
	return 0;
}

static void make(struct fx *fx, uint32_t max_depth, const uint64_t *pcs, size_t n,
		 struct tree_nodes *ret)
{
	struct places places = { .make = make_place };

	assert_int_equal(call_tree_make(&fx->blocks, &places, pcs, n, max_depth, ret), 0);
	places_fini(&places);
}

static void assert_node(const struct tree_nodes *nodes, size_t i, const char *function,
			enum tree_how how, uint32_t parent, uint32_t first, uint32_t pcs)
{
	const struct tree_node *node = &nodes->at[i];

	assert_true(i < nodes->n);
	if (function)
		assert_string_equal(node->function, function);
	else
		assert_null(node->function);
	assert_int_equal(node->how, how);
	assert_int_equal(node->parent, parent);
	assert_int_equal(node->depth, parent == TREE_NO_NODE ? 0 : nodes->at[parent].depth + 1);
	assert_int_equal(node->first, first);
	assert_int_equal(node->pcs, pcs);
	assert_int_equal(node->times, 1);
}

static void functions_come_before_what_they_call(void **state)
{
	struct tree_nodes nodes;

	make(*state, UINT32_MAX,
	     PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_seen_pc), AT(fx_check_pc3),
		 AT(fx_entry_pc2)),
	     &nodes);
	assert_int_equal(nodes.n, 4);
	assert_node(&nodes, 0, "__x64_sys_read", TREE_CALL, TREE_NO_NODE, 0, 2);
	assert_node(&nodes, 1, "fx_check", TREE_CALL, 0, 1, 2);
	assert_node(&nodes, 2, NULL, TREE_ASYNC, 1, 2, 0);
	assert_node(&nodes, 3, "fx_seen", TREE_CALL, 2, 2, 1);
	free(nodes.at);
}

static void jumps_and_pointers_are_told(void **state)
{
	struct tree_nodes nodes;

	make(*state, UINT32_MAX, PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc2)), &nodes);
	assert_int_equal(nodes.n, 2);
	assert_node(&nodes, 1, "fx_check", TREE_TAIL, 0, 1, 2);
	free(nodes.at);
	make(*state, UINT32_MAX, PCS(AT(fx_indirect_pc1), AT(fx_seen_pc), AT(fx_indirect_pc2)),
	     &nodes);
	assert_node(&nodes, 1, "fx_seen", TREE_INDIRECT, 0, 1, 1);
	free(nodes.at);
}

static void what_comes_in_a_row_is_one(void **state)
{
	struct tree_nodes nodes;

	/* Three calls at the top, of which the first two are equal. */
	make(*state, UINT32_MAX,
	     PCS(AT(fx_tail_pc), AT(fx_check_pc1), AT(fx_check_pc2), AT(fx_tail_pc),
		 AT(fx_check_pc1), AT(fx_check_pc3), AT(fx_seen_pc)),
	     &nodes);
	assert_int_equal(nodes.n, 3);
	assert_string_equal(nodes.at[0].function, "__x64_sys_write");
	assert_int_equal(nodes.at[0].times, 2);
	assert_int_equal(nodes.at[1].parent, 0);
	assert_int_equal(nodes.at[1].times, 1);
	assert_node(&nodes, 2, "fx_seen", TREE_CALL, TREE_NO_NODE, 6, 1);
	free(nodes.at);
}

static void what_is_too_deep_is_left_out(void **state)
{
	struct tree_nodes nodes;

	make(*state, 0,
	     PCS(AT(fx_entry_pc1), AT(fx_check_pc1), AT(fx_check_pc3), AT(fx_entry_pc2),
		 AT(fx_seen_pc)),
	     &nodes);
	assert_int_equal(nodes.n, 2);
	assert_node(&nodes, 0, "__x64_sys_read", TREE_CALL, TREE_NO_NODE, 0, 2);
	assert_node(&nodes, 1, "fx_seen", TREE_CALL, TREE_NO_NODE, 4, 1);
	free(nodes.at);
}

static void where_the_thread_was_lost_is_marked(void **state)
{
	struct tree_nodes nodes;

	make(*state, UINT32_MAX, PCS(AT(fx_seen_pc), AT(fx_check_pc3)), &nodes);
	/* As if it had come in between. */
	assert_int_equal(nodes.n, 3);
	assert_node(&nodes, 1, NULL, TREE_ASYNC, 0, 1, 0);
	assert_node(&nodes, 2, "fx_check", TREE_UNKNOWN, 1, 1, 1);
	free(nodes.at);
}

static void nothing_of_this_code_has_no_tree(void **state)
{
	struct places places = { .make = make_place };
	struct fx *fx = *state;
	struct tree_nodes nodes;

	assert_int_equal(call_tree_make(&fx->blocks, &places, PCS(1, 2), UINT32_MAX, &nodes),
			 -ENODATA);
	places_fini(&places);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fx_init, fx_fini)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_come_before_what_they_call), TEST(jumps_and_pointers_are_told),
		TEST(what_comes_in_a_row_is_one),           TEST(what_is_too_deep_is_left_out),
		TEST(where_the_thread_was_lost_is_marked),  TEST(nothing_of_this_code_has_no_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
