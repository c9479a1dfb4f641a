// SPDX-License-Identifier: MIT
/* The life of a device in a real kernel: what is recorded, and by whom. */
#include "symbols.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void bad_read(void)
{
	char byte;

	if (read(-1, &byte, 0) >= 0)
		fail();
}

static void pcs_of_read_are_in_the_read_path(void **state)
{
	struct kcov *kcov = live_open();
	struct kcov_pcs pcs;

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	kcov_reset(kcov);
	bad_read();
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	assert_false(pcs.full);
	assert_true(any_is_in(&pcs, "ksys_read"));
	assert_false(any_is_in(&pcs, "ksys_write"));
	kcov_close(kcov);
}

static void comparisons_of_read_decode(void **state)
{
	struct kcov *kcov = live_open();
	struct kcov_cmps cmps;
	struct kcov_cmp cmp;
	bool in_read_path = false;

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_CMP));
	kcov_reset(kcov);
	bad_read();
	assert_kcov_ok(KCOV_CALL_READ, kcov_cmps(kcov, &cmps));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	assert_true(cmps.count > 0);
	for (size_t i = 0; i < cmps.count; i++) {
		assert_kcov_ok(KCOV_CALL_READ, kcov_cmp_decode(&cmps, i, &cmp));
		in_read_path |= is_in(cmp.ip, "fdget_pos") || is_in(cmp.ip, "ksys_read");
	}
	assert_true(in_read_path);
	kcov_close(kcov);
}

static void one_device_records_both_kinds_in_turn(void **state)
{
	struct kcov *kcov = live_open();
	struct kcov_cmps cmps;
	struct kcov_pcs pcs;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
		kcov_reset(kcov);
		bad_read();
		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
		assert_int_equal(kcov_cmps(kcov, &cmps), -EINVAL);
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
		assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_CMP));
		kcov_reset(kcov);
		bad_read();
		assert_kcov_ok(KCOV_CALL_READ, kcov_cmps(kcov, &cmps));
		assert_int_equal(kcov_pcs(kcov, &pcs), -EINVAL);
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	}
	kcov_close(kcov);
}

static void the_smallest_buffer_fills_and_says_so(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1 };
	const enum kcov_mode modes[] = { KCOV_MODE_PC, KCOV_MODE_CMP };
	struct kcov *kcov;

	(void)state;
	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	assert_int_equal(kcov_capacity(kcov, KCOV_MODE_PC), sysconf(_SC_PAGESIZE) / 8 - 1);
	for (int m = 0; m < 2; m++) {
		assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, modes[m]));
		kcov_reset(kcov);
		bad_read();
		assert_false(kcov_is_full(kcov));
		for (int i = 0; i < 1000; i++)
			bad_read();
		assert_true(kcov_is_full(kcov));
		assert_int_equal(kcov_count(kcov), kcov_capacity(kcov, modes[m]));
		kcov_reset(kcov);
		assert_false(kcov_is_full(kcov));
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	}
	kcov_close(kcov);
}

static pid_t start_child(struct kcov *kcov, void (*run)(void))
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (kcov_enable(kcov, KCOV_MODE_PC))
		_exit(99);
	kcov_reset(kcov);
	run();
	_exit(0);
}

static int wait_for(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void a_fork_servers_parent_reads_what_its_children_did(void **state)
{
	struct kcov *kcov = live_open();
	struct kcov_pcs pcs;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(wait_for(start_child(kcov, bad_read)), 0);
		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
		assert_true(any_is_in(&pcs, "ksys_read"));
	}
	/* Nothing of the parent's own was recorded, nor is the device busy now. */
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(kcov_close(kcov), 0);
}

static void kill_self(void)
{
	bad_read();
	kill(getpid(), SIGKILL);
	pause();
}

static void a_child_that_dies_by_sigkill_leaves_its_pcs_and_the_device(void **state)
{
	struct kcov *kcov = live_open();
	struct kcov_pcs pcs;
	int status;

	(void)state;
	status = wait_for(start_child(kcov, kill_self));
	assert_true(WIFSIGNALED(status));
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_true(any_is_in(&pcs, "ksys_read"));
	assert_int_equal(wait_for(start_child(kcov, bad_read)), 0);
	kcov_close(kcov);
}

/*
 * A program whose pages are not cached yet makes hundreds of thousands of PCs, and millions
 * come of the memory that exec undoes, of which there is much under AddressSanitizer.
 */
#define EXEC_CAPACITY (8 << 20)

static void exec_true(void)
{
	execl("/bin/true", "true", (char *)NULL);
	_exit(98);
}

static size_t count_of_exec(struct kcov *kcov, bool prepare)
{
	struct kcov_pcs pcs;
	pid_t pid = fork();

	if (pid == 0) {
		if (prepare && kcov_prepare_exec(kcov))
			_exit(97);
		if (kcov_enable(kcov, KCOV_MODE_PC))
			_exit(99);
		kcov_reset(kcov);
		exec_true();
	}
	assert_int_equal(wait_for(pid), 0);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_false(pcs.full);
	return pcs.count;
}

static void prepare_exec_keeps_the_buffers_end_out_of_the_trace(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = EXEC_CAPACITY };
	const long pages = EXEC_CAPACITY / (sysconf(_SC_PAGESIZE) / 8);
	size_t with, without;
	struct kcov *kcov;

	(void)state;
	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	count_of_exec(kcov, true);
	with = count_of_exec(kcov, true);
	without = count_of_exec(kcov, false);
	print_message("exec of true: %zu PCs, %zu without kcov_prepare_exec()\n", with, without);
	assert_true(without > with + 10 * (size_t)pages);
	kcov_close(kcov);
}

static void exec_keeps_recording(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = EXEC_CAPACITY };
	struct kcov *kcov;
	struct kcov_pcs pcs;

	(void)state;
	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	assert_int_equal(wait_for(start_child(kcov, exec_true)), 0);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_false(pcs.full);
	assert_true(any_is_in(&pcs, "load_elf_binary"));
	/* What only the new program does: it ends by itself. */
	assert_true(any_is_in(&pcs, "do_group_exit"));
	kcov_close(kcov);
}

static void neither_fork_nor_threads_inherit(void **state)
{
	struct kcov *kcov = live_open(), *other = live_open();
	pid_t pid;

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	pid = fork();
	if (pid == 0)
		_exit(kcov_enable(kcov, KCOV_MODE_PC) == -EINVAL &&
				      kcov_enable(other, KCOV_MODE_PC) == 0
			      ? 0
			      : 1);
	assert_int_equal(wait_for(pid), 0);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	kcov_close(other);
	kcov_close(kcov);
}

/* What kcov_close() documents: after a bare close(2) the thread stays busy. */
static void *close_without_disabling(void *arg)
{
	struct kcov *kcov = live_open(), *next = live_open();

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(close(kcov_fd(kcov)), 0);
	*(int *)arg = kcov_enable(next, KCOV_MODE_PC);
	kcov_close(next);
	return kcov;
}

static void a_bare_close_keeps_the_thread_busy_until_it_exits(void **state)
{
	struct kcov *next;
	pthread_t thread;
	void *left;
	int err;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, close_without_disabling, &err), 0);
	assert_int_equal(pthread_join(thread, &left), 0);
	assert_int_equal(err, -EBUSY);
	/* Another thread is not concerned, and the library says that it saw no disable. */
	next = live_open();
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(next, KCOV_MODE_PC));
	kcov_close(next);
	assert_int_equal(kcov_close(left), -EBUSY);
}

static void close_gives_the_thread_free(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct kcov *kcov = live_open();

		assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
		assert_int_equal(kcov_close(kcov), 0);
	}
}

struct handover {
	struct kcov *kcov;
	pthread_barrier_t enabled;
	pthread_barrier_t closed;
	int enable_after;
};

static void *be_closed(void *arg)
{
	struct handover *handover = arg;
	struct kcov *next;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(handover->kcov, KCOV_MODE_PC));
	pthread_barrier_wait(&handover->enabled);
	pthread_barrier_wait(&handover->closed);
	next = live_open();
	handover->enable_after = kcov_enable(next, KCOV_MODE_PC);
	kcov_close(next);
	return NULL;
}

static void close_of_a_live_threads_device_says_so(void **state)
{
	struct handover handover = { .kcov = live_open() };
	pthread_t thread;

	(void)state;
	pthread_barrier_init(&handover.enabled, NULL, 2);
	pthread_barrier_init(&handover.closed, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, be_closed, &handover), 0);
	pthread_barrier_wait(&handover.enabled);
	assert_int_equal(kcov_close(handover.kcov), -EBUSY);
	pthread_barrier_wait(&handover.closed);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(handover.enable_after, -EBUSY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcs_of_read_are_in_the_read_path),
		cmocka_unit_test(comparisons_of_read_decode),
		cmocka_unit_test(one_device_records_both_kinds_in_turn),
		cmocka_unit_test(the_smallest_buffer_fills_and_says_so),
		cmocka_unit_test(a_fork_servers_parent_reads_what_its_children_did),
		cmocka_unit_test(a_child_that_dies_by_sigkill_leaves_its_pcs_and_the_device),
		cmocka_unit_test(exec_keeps_recording),
		cmocka_unit_test(prepare_exec_keeps_the_buffers_end_out_of_the_trace),
		cmocka_unit_test(neither_fork_nor_threads_inherit),
		cmocka_unit_test(a_bare_close_keeps_the_thread_busy_until_it_exits),
		cmocka_unit_test(close_gives_the_thread_free),
		cmocka_unit_test(close_of_a_live_threads_device_says_so),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, open_symbolizer, close_symbolizer);
}
