// SPDX-License-Identifier: MIT
#include "unit.h"

#include "alloc.h"
#include "trace/tasks.h"

#include <stdlib.h>

/* Far from each other, as tasks are that come late. */
static pid_t same(int n)
{
	return 7 + n * (1 << 20);
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
	static const struct kcov_record_kind kind = { .words = 1 };

	(void)state;
	for (int gone = 0; gone < 3; gone++) {
		struct tasks tasks = { 0 };
		struct task *task;
		const size_t live = alloc_live();

		for (int i = 0; i < 3; i++)
			tasks_add(&tasks, same(i));
		task = tasks_find(&tasks, same(gone));
		task->held.at = malloc(8);
		assert_int_equal(feed_init(&task->feed, &kind), 0);
		tasks_remove(&tasks, task);
		/* And the map. */
		assert_int_equal(alloc_live(), live + 3);
		for (int i = 0; i < 3; i++)
			assert_int_equal(!tasks_find(&tasks, same(i)), i == gone);
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

static size_t count_threads(const struct task *task)
{
	size_t n = 1;

	for (const struct task *other = task->next_thread; other != task;
	     other = other->next_thread)
		n++;
	return n;
}

static void threads_of_a_process_are_found_by_each_other(void **state)
{
	struct tasks tasks = { 0 };
	struct task *first = tasks_add(&tasks, 10), *another = tasks_add(&tasks, 20),
		    *thread = NULL;

	(void)state;
	tasks_join(&tasks, first, 10);
	tasks_join(&tasks, another, 20);
	for (pid_t tid = 11; tid < 14; tid++) {
		thread = tasks_add(&tasks, tid);
		tasks_join(&tasks, thread, 10);
		assert_int_equal(thread->pid, 10);
	}
	assert_int_equal(count_threads(first), 4);
	assert_int_equal(count_threads(another), 1);
	/* Its first thread is not there. */
	tasks_join(&tasks, tasks_add(&tasks, 31), 30);
	assert_int_equal(count_threads(tasks_find(&tasks, 31)), 1);
	/* By exec. */
	tasks_remove(&tasks, first);
	tasks_rename(&tasks, thread, 10);
	assert_int_equal(count_threads(thread), 3);
	tasks_remove(&tasks, thread);
	assert_int_equal(count_threads(tasks_find(&tasks, 11)), 2);
	fini(&tasks);
}

static void there_may_be_many(void **state)
{
	enum {
		MANY = 20000
	};
	struct tasks tasks = { 0 };
	size_t n = 0;

	(void)state;
	for (pid_t tid = 1; tid <= MANY; tid++)
		assert_non_null(tasks_add(&tasks, tid * 3));
	for (pid_t tid = 1; tid <= MANY; tid++)
		assert_int_equal(tasks_find(&tasks, tid * 3)->tid, tid * 3);
	for (const struct task *task = tasks.first; task; task = task->next)
		n++;
	assert_int_equal(n, MANY);
	for (pid_t tid = 2; tid <= MANY; tid += 2)
		tasks_remove(&tasks, tasks_find(&tasks, tid * 3));
	for (pid_t tid = 1; tid <= MANY; tid++)
		assert_int_equal(!tasks_find(&tasks, tid * 3), tid % 2 == 0);
	assert_int_equal(tasks.n, MANY / 2);
	fini(&tasks);
}

/* More of them than the map is to have does. */
static void without_memory_for_a_larger_map_there_are_tasks(void **state)
{
	struct tasks tasks = { 0 };
	pid_t tid = 1;

	(void)state;
	assert_non_null(tasks_add(&tasks, tid));
	while (2 * tasks.n < tasks.by_tid.n_slots)
		assert_non_null(tasks_add(&tasks, ++tid));
	alloc_fail_at(2);
	assert_non_null(tasks_add(&tasks, ++tid));
	assert_true(alloc_failed());
	assert_true(2 * tasks.n > tasks.by_tid.n_slots);
	for (; tid; tid--)
		assert_non_null(tasks_find(&tasks, tid));
	fini(&tasks);
}

static void without_memory_there_is_no_task(void **state)
{
	struct tasks tasks = { 0 };

	(void)state;
	for (size_t nth = 1; nth <= 2; nth++) {
		alloc_fail_at(nth);
		assert_null(tasks_add(&tasks, 42));
		assert_true(alloc_failed());
	}
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
		cmocka_unit_test(threads_of_a_process_are_found_by_each_other),
		cmocka_unit_test(there_may_be_many),
		cmocka_unit_test(without_memory_for_a_larger_map_there_are_tasks),
		cmocka_unit_test(without_memory_there_is_no_task),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
