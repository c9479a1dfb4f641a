// SPDX-License-Identifier: MIT
/*
 * Many threads on a fake kernel. It is built once with the thread sanitizer, which sees a race
 * even where it does no harm, and once without.
 */
#include "unit.h"

#include "fake.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define DEVICES 3
#define ROUNDS 500

static const struct fake_kernel all = {
	.cmp = true,
	.remote = true,
	.simultaneous = true,
	.reset_trace = true,
	.pkeys = true,
};

static const struct kcov_opts one_page = { .size = sizeof(one_page), .capacity = 1 };

/* cmocka is for the main thread: the others count what went wrong, and it looks. */
static unsigned int failures;

static void check(bool good)
{
	if (!good)
		__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
}

static void check_calls(int err)
{
	check(err == 0);
}

/* The threads begin when all are there. */
static pthread_barrier_t all_are_there;

static bool threads_do_well(void *(*run)(void *), void *argument)
{
	pthread_t threads[THREADS];

	failures = 0;
	pthread_barrier_init(&all_are_there, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, run, argument))
			/* Those that wait for it would wait forever. */
			abort();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_destroy(&all_are_there);
	return failures == 0;
}

static void nothing_is_left(void)
{
	const struct fake_state left = fake_state();

	assert_int_equal(left.fds, 0);
	assert_int_equal(left.regions, 0);
	assert_int_equal(left.enabled, 0);
	assert_true(left.keys <= 1);
}

/*
 * What a device was used for, by its descriptor. Not atomic: only who has the device may
 * touch it, and the pool alone sees to that.
 */
static unsigned int uses[1024];

static struct kcov *take(struct kcov_pool *pool)
{
	struct kcov *kcov = NULL;
	int err;

	while ((err = kcov_pool_take(pool, &kcov)) == -EAGAIN)
		sched_yield();
	check_calls(err);
	return kcov;
}

static void record_and_read(struct kcov *kcov, enum kcov_mode mode)
{
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;

	check_calls(kcov_enable(kcov, mode));
	check_calls(kcov_reset(kcov));
	check_calls(mode == KCOV_MODE_PC ? kcov_pcs(kcov, &pcs) : kcov_cmps(kcov, &cmps));
	check(kcov_count(kcov) <= kcov_capacity(kcov, mode));
}

static void *use_pool(void *pool)
{
	pthread_barrier_wait(&all_are_there);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		struct kcov *kcov = take(pool);

		record_and_read(kcov, i % 3 ? KCOV_MODE_PC : KCOV_MODE_CMP);
		if (i % 2)
			check_calls(kcov_disable(kcov));
		uses[kcov_fd(kcov)]++;
		check_calls(kcov_pool_give(pool, kcov));
	}
	return NULL;
}

static unsigned int sum_of_uses(void)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		sum += uses[i];
		uses[i] = 0;
	}
	return sum;
}

static void a_device_of_a_pool_is_one_threads_at_a_time(void **state)
{
	struct kcov_pool *pool;

	(void)state;
	fake_boot(&all);
	assert_int_equal(kcov_pool_open(&one_page, DEVICES, &pool), 0);
	assert_true(threads_do_well(use_pool, pool));
	assert_int_equal(sum_of_uses(), THREADS * ROUNDS);
	assert_int_equal(kcov_pool_close(pool), 0);
	nothing_is_left();
}

static void *record_and_die(void *kcov)
{
	record_and_read(kcov, KCOV_MODE_PC);
	uses[kcov_fd(kcov)]++;
	return NULL;
}

/* Takes devices for workers that die, and gives them back. */
static void *employ(void *pool)
{
	pthread_barrier_wait(&all_are_there);
	for (unsigned int i = 0; i < ROUNDS / 10; i++) {
		struct kcov *kcov = take(pool);
		pthread_t worker;

		if (pthread_create(&worker, NULL, record_and_die, kcov)) {
			check(false);
			break;
		}
		check(pthread_join(worker, NULL) == 0);
		check_calls(kcov_pool_give(pool, kcov));
	}
	return NULL;
}

static void devices_of_the_dead_are_used_again(void **state)
{
	struct kcov_pool *pool;

	(void)state;
	fake_boot(&all);
	assert_int_equal(kcov_pool_open(&one_page, DEVICES, &pool), 0);
	assert_true(threads_do_well(employ, pool));
	assert_int_equal(sum_of_uses(), THREADS * (ROUNDS / 10));
	assert_int_equal(kcov_pool_close(pool), 0);
	nothing_is_left();
}

static void *open_with_key(void *unused)
{
	const struct kcov_opts opts = { .size = sizeof(opts),
					.capacity = 1,
					.protection = KCOV_PROTECT_PKEY };
	struct kcov *kcov;
	int err;

	pthread_barrier_wait(&all_are_there);
	err = kcov_open(&opts, &kcov);
	check_calls(err);
	if (err)
		return unused;
	record_and_read(kcov, KCOV_MODE_PC);
	/* Those that came too late gave theirs back. */
	check(kcov_protection(kcov) == KCOV_PROTECT_PKEY);
	check_calls(kcov_close(kcov));
	return unused;
}

/* In a process that has no key yet; its exit status. */
static int want_the_first_key(void)
{
	struct fake_state left;
	bool well;

	/* cmocka's handler would go on with the next test. */
	signal(SIGSEGV, SIG_DFL);
	well = threads_do_well(open_with_key, NULL);
	left = fake_state();
	return well && left.keys == 1 && !left.fds && !left.regions ? 0 : 1;
}

static void threads_that_want_the_first_key_at_once_share_it(void **state)
{
	int status;

	(void)state;
	fake_boot(&all);
	for (int i = 0; i < 20; i++) {
		const pid_t child = fork();

		assert_true(child >= 0);
		/* Not _exit(): the sanitizer has its say at the end. */
		if (!child)
			exit(want_the_first_key());
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
}

#define SECTIONS 100

/* One owns a remote device, and two things happen to it at once. */
struct remote {
	struct kcov *kcov;
	pthread_t sections;
	uint64_t handle;
};

static void *end_sections(void *argument)
{
	const struct remote *remote = argument;

	for (int i = 0; i < SECTIONS; i++) {
		fake_section(remote->handle, 3);
		sched_yield();
	}
	return NULL;
}

static void *wait_and_read(void *argument)
{
	const struct remote *remote = argument;
	struct kcov_remote_data data;
	struct kcov_pcs pcs;
	size_t before = 0;

	pthread_barrier_wait(&all_are_there);
	for (int i = 0; i < 20; i++) {
		const size_t count = kcov_count(remote->kcov);

		check(count >= before);
		before = count;
		check_calls(kcov_pcs(remote->kcov, &pcs));
		check(pcs.count >= before);
		for (size_t j = 0; j < pcs.count; j++)
			check(pcs.pcs[j] != 0);
		check_calls(kcov_wait_remote(remote->kcov, NULL, &data));
		check(data.count >= before);
		check(kcov_common_handle(remote->kcov) == remote->handle);
	}
	return NULL;
}

static void many_may_wait_and_read_while_sections_end(void **state)
{
	const enum kcov_protection protections[] = { KCOV_PROTECT_GUARD, KCOV_PROTECT_PKEY };

	(void)state;
	fake_boot(&all);
	for (int i = 0; i < 2; i++) {
		struct kcov_opts opts = one_page;
		struct remote remote;

		opts.protection = protections[i];
		assert_int_equal(kcov_open(&opts, &remote.kcov), 0);
		assert_int_equal(kcov_enable_remote(remote.kcov, NULL), 0);
		remote.handle = kcov_common_handle(remote.kcov);
		assert_int_equal(pthread_create(&remote.sections, NULL, end_sections, &remote), 0);
		assert_true(threads_do_well(wait_and_read, &remote));
		assert_int_equal(pthread_join(remote.sections, NULL), 0);
		assert_int_equal(kcov_count(remote.kcov), SECTIONS * 3);
		assert_int_equal(kcov_close(remote.kcov), 0);
		nothing_is_left();
	}
}

static void *open_and_ask(void *unused)
{
	unsigned int features;
	struct kcov *kcov;

	pthread_barrier_wait(&all_are_there);
	for (int i = 0; i < 20; i++) {
		check_calls(kcov_features(NULL, &features));
		check(features & KCOV_FEATURE_SIMULTANEOUS);
		check_calls(kcov_open(&one_page, &kcov));
		record_and_read(kcov, KCOV_MODE_PC);
		check_calls(kcov_close(kcov));
	}
	return unused;
}

static void many_may_open_and_ask_at_once(void **state)
{
	(void)state;
	fake_boot(&all);
	assert_true(threads_do_well(open_and_ask, NULL));
	nothing_is_left();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* Before the process has a key. */
		cmocka_unit_test(threads_that_want_the_first_key_at_once_share_it),
		cmocka_unit_test(a_device_of_a_pool_is_one_threads_at_a_time),
		cmocka_unit_test(devices_of_the_dead_are_used_again),
		cmocka_unit_test(many_may_wait_and_read_while_sections_end),
		cmocka_unit_test(many_may_open_and_ask_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
