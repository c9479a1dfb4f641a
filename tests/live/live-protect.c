// SPDX-License-Identifier: MIT
/* What keeps a fuzzed system call from writing to the buffer, in a real kernel. */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static struct kcov *open_protected(enum kcov_protection protection)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .protection = protection };
	struct kcov *kcov;

	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	return kcov;
}

/* A system call that writes where a wild pointer says. */
static bool scribble(const void *at, size_t size)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ssize_t count = read(fd, (void *)(uintptr_t)at, size);

	assert_true(count > 0 || errno == EFAULT);
	close(fd);
	return count > 0;
}

static void bad_read(void)
{
	char byte;

	if (read(-1, &byte, 0) >= 0)
		fail();
}

static struct kcov_pcs pcs_of(const struct kcov *kcov)
{
	struct kcov_pcs pcs;

	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	return pcs;
}

static void the_buffers_neighbours_cannot_be_written(void **state)
{
	struct kcov *kcov = open_protected(KCOV_PROTECT_GUARD);
	const uint64_t *area = pcs_of(kcov).pcs - 1;
	const uint64_t *end = area + 1 + kcov_capacity(kcov, KCOV_MODE_PC);

	(void)state;
	assert_int_equal(kcov_protection(kcov), KCOV_PROTECT_GUARD);
	assert_false(scribble(area - 1, sizeof(*area)));
	assert_false(scribble(end, sizeof(*area)));
	/* What the other protections are for. */
	assert_true(scribble(area + 1, 64));
	kcov_close(kcov);
}

/* Rounds of a fuzzer whose system call goes for the buffer. */
static void assert_holds(struct kcov *kcov)
{
	uint64_t first;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	for (int i = 0; i < 100; i++) {
		assert_kcov_ok(KCOV_CALL_RESET, kcov_reset(kcov));
		/* mprotect's own work is some hundred. */
		assert_true(kcov_count(kcov) < 1000);
		bad_read();
		assert_true(kcov_count(kcov) > 0);
		first = pcs_of(kcov).pcs[0];
		assert_false(scribble(pcs_of(kcov).pcs - 1, 64));
		assert_int_equal(pcs_of(kcov).pcs[0], first);
	}
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
}

static bool has(unsigned int feature)
{
	unsigned int features;

	assert_kcov_ok(KCOV_CALL_FEATURES, kcov_features(NULL, &features));
	return features & feature;
}

static void mprotect_holds(void **state)
{
	struct kcov *kcov = open_protected(KCOV_PROTECT_MPROTECT);

	(void)state;
	assert_holds(kcov);
	kcov_close(kcov);
}

static int open_error(enum kcov_protection protection)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .protection = protection };
	struct kcov *kcov;
	int err = kcov_open(&opts, &kcov);

	if (!err)
		kcov_close(kcov);
	return err;
}

static void a_key_holds(void **state)
{
	struct kcov *kcov;

	(void)state;
	if (!has(KCOV_FEATURE_PKEY)) {
		assert_int_equal(open_error(KCOV_PROTECT_PKEY), -EOPNOTSUPP);
		return;
	}
	kcov = open_protected(KCOV_PROTECT_PKEY);
	assert_holds(kcov);
	kcov_close(kcov);
}

static void a_read_only_mapping_holds_where_the_kernel_resets(void **state)
{
	struct kcov *kcov;

	(void)state;
	if (!has(KCOV_FEATURE_RESET_TRACE)) {
		assert_int_equal(open_error(KCOV_PROTECT_READ_ONLY), -EOPNOTSUPP);
		return;
	}
	kcov = open_protected(KCOV_PROTECT_READ_ONLY);
	assert_holds(kcov);
	/* Nobody records: nobody can reset. */
	assert_int_equal(kcov_reset(kcov), -EINVAL);
	kcov_close(kcov);
}

static void auto_is_the_best_there_is(void **state)
{
	struct kcov *kcov = open_protected(KCOV_PROTECT_AUTO);
	enum kcov_protection best = KCOV_PROTECT_MPROTECT;

	(void)state;
	if (has(KCOV_FEATURE_PKEY))
		best = KCOV_PROTECT_PKEY;
	if (has(KCOV_FEATURE_RESET_TRACE))
		best = KCOV_PROTECT_READ_ONLY;
	assert_int_equal(kcov_protection(kcov), best);
	assert_holds(kcov);
	kcov_close(kcov);
}

static void what_has_to_be_tried_cannot_be_while_recording(void **state)
{
	struct kcov *kcov = live_open();
	const bool resets = has(KCOV_FEATURE_RESET_TRACE);

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(open_error(KCOV_PROTECT_READ_ONLY), resets ? -EBUSY : -EOPNOTSUPP);
	assert_int_equal(open_error(KCOV_PROTECT_AUTO), resets ? -EBUSY : 0);
	kcov_close(kcov);
}

/* A store by the process itself is stopped, too. */
static void a_store_is_a_fault(void **state)
{
	const enum kcov_protection protections[] = { KCOV_PROTECT_AUTO, KCOV_PROTECT_MPROTECT };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct kcov *kcov = open_protected(protections[i]);
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			signal(SIGSEGV, SIG_DFL);
			*(volatile uint64_t *)(uintptr_t)pcs_of(kcov).pcs = 1;
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSEGV);
		kcov_close(kcov);
	}
}

struct meeting {
	pthread_barrier_t opened;
	struct kcov *kcov;
	size_t count;
};

static void *read_what_came_later(void *arg)
{
	struct meeting *meeting = arg;

	pthread_barrier_wait(&meeting->opened);
	for (size_t i = 0; i < pcs_of(meeting->kcov).count; i++)
		meeting->count += pcs_of(meeting->kcov).pcs[i] != 0;
	assert_int_equal(meeting->count, kcov_count(meeting->kcov));
	/* It may record itself, too. */
	assert_holds(meeting->kcov);
	return NULL;
}

/* A thread's rights are those that its process had when it began. */
static void a_thread_from_before_the_key_can_read(void **state)
{
	struct meeting meeting = { 0 };
	pthread_t thread;

	(void)state;
	if (!has(KCOV_FEATURE_PKEY))
		return;
	pthread_barrier_init(&meeting.opened, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, read_what_came_later, &meeting), 0);
	meeting.kcov = open_protected(KCOV_PROTECT_PKEY);
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(meeting.kcov, KCOV_MODE_PC));
	kcov_reset(meeting.kcov);
	bad_read();
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(meeting.kcov));
	pthread_barrier_wait(&meeting.opened);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(meeting.count > 0);
	kcov_close(meeting.kcov);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* First: the process takes its key once. */
		cmocka_unit_test(a_thread_from_before_the_key_can_read),
		cmocka_unit_test(the_buffers_neighbours_cannot_be_written),
		cmocka_unit_test(mprotect_holds),
		cmocka_unit_test(a_key_holds),
		cmocka_unit_test(a_read_only_mapping_holds_where_the_kernel_resets),
		cmocka_unit_test(auto_is_the_best_there_is),
		cmocka_unit_test(what_has_to_be_tried_cannot_be_while_recording),
		cmocka_unit_test(a_store_is_a_fault),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
