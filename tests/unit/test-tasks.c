// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "trace/tasks.h"

#include <stdlib.h>

/* All of them are in one bucket. */
static pid_t same(int n)
{
	return 7 + n * TASKS_BUCKETS;
}

static void fini(struct tasks *tasks)
{
	tasks_fini(tasks);
	assert_int_equal(tasks->n, 0);
	assert_int_equal(alloc_live(), 0);
}

static void a_task_is_found_by_its_tid(void **state)
{
	struct tasks tasks = { 0 };
	struct task *task[3];

	(void)state;
	assert_null(tasks_find(&tasks, 42));
	for (int i = 0; i < 3; i++) {
		task[i] = tasks_add(&tasks, same(i));
		assert_non_null(task[i]);
		assert_int_equal(task[i]->tid, same(i));
		assert_true(task[i]->is_new);
		assert_null(task[i]->device);
	}
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(tasks_find(&tasks, same(i)), task[i]);
	assert_null(tasks_find(&tasks, same(3)));
	assert_null(tasks_find(&tasks, 8));
	assert_int_equal(tasks.n, 3);
	fini(&tasks);
}

static void who_is_there_is_not_added_again(void **state)
{
	struct tasks tasks = { 0 };
	struct task *task = tasks_add(&tasks, 42);

	(void)state;
	assert_non_null(task);
	task->is_new = false;
	assert_ptr_equal(tasks_add(&tasks, 42), task);
	assert_false(task->is_new);
	assert_int_equal(tasks.n, 1);
	fini(&tasks);
}

static void who_is_removed_leaves_the_others_and_no_memory(void **state)
{
	(void)state;
	for (int gone = 0; gone < 3; gone++) {
		struct tasks tasks = { 0 };
		struct task *task;
		const size_t live = alloc_live();

		for (int i = 0; i < 3; i++)
			tasks_add(&tasks, same(i));
		task = tasks_find(&tasks, same(gone));
		task->held = malloc(8);
		assert_int_equal(feed_init(&task->feed, 1), 0);
		tasks_remove(&tasks, same(gone));
		assert_int_equal(alloc_live(), live + 2);
		for (int i = 0; i < 3; i++)
			assert_int_equal(!tasks_find(&tasks, same(i)), i == gone);
		assert_int_equal(tasks.n, 2);
		/* There is none. */
		tasks_remove(&tasks, same(gone));
		assert_int_equal(tasks.n, 2);
		fini(&tasks);
	}
}

static void a_task_that_was_renamed_is_found_by_its_new_tid_only(void **state)
{
	const pid_t names[] = { same(3), 8, same(1) };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct tasks tasks = { 0 };
		struct task *task;

		for (int j = 0; j < 3; j++)
			tasks_add(&tasks, same(j));
		task = tasks_find(&tasks, same(1));
		tasks_rename(&tasks, task, names[i]);
		assert_int_equal(task->tid, names[i]);
		assert_ptr_equal(tasks_find(&tasks, names[i]), task);
		assert_int_equal(!tasks_find(&tasks, same(1)), names[i] != same(1));
		assert_non_null(tasks_find(&tasks, same(0)));
		assert_non_null(tasks_find(&tasks, same(2)));
		assert_int_equal(tasks.n, 3);
		fini(&tasks);
	}
}

static void without_memory_there_is_no_task(void **state)
{
	struct tasks tasks = { 0 };

	(void)state;
	alloc_fail_at(1);
	assert_null(tasks_add(&tasks, 42));
	assert_true(alloc_failed());
	assert_null(tasks_find(&tasks, 42));
	assert_int_equal(tasks.n, 0);
	assert_non_null(tasks_add(&tasks, 42));
	fini(&tasks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_is_found_by_its_tid),
		cmocka_unit_test(who_is_there_is_not_added_again),
		cmocka_unit_test(who_is_removed_leaves_the_others_and_no_memory),
		cmocka_unit_test(a_task_that_was_renamed_is_found_by_its_new_tid_only),
		cmocka_unit_test(without_memory_there_is_no_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
