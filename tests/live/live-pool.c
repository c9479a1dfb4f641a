// SPDX-License-Identifier: MIT
/* A pool of devices under threads that come, go and die, in a real kernel. */
#include "live.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEVICES 3
#define WORKERS 8
#define ROUNDS 50

static struct kcov_pool *pool;

static int open_pool(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1000 };

	(void)state;
	return kcov_pool_open(&opts, DEVICES, &pool);
}

static int close_pool(void **state)
{
	(void)state;
	return kcov_pool_close(pool);
}

static struct kcov *take(void)
{
	struct kcov *kcov;
	int err;

	while ((err = kcov_pool_take(pool, &kcov)) == -EAGAIN)
		sched_yield();
	assert_kcov_ok(KCOV_CALL_POOL, err);
	return kcov;
}

static size_t record_one_read(struct kcov *kcov)
{
	char byte;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	kcov_reset(kcov);
	if (read(-1, &byte, 0) >= 0)
		fail();
	return kcov_count(kcov);
}

static void *work(void *counts)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct kcov *kcov = take();

		((size_t *)counts)[i] = record_one_read(kcov);
		/* By hand or by giving it back. */
		if (i % 2)
			assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
		assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, kcov));
	}
	return NULL;
}

static void more_workers_than_devices_get_along(void **state)
{
	size_t counts[WORKERS][ROUNDS] = { 0 };
	pthread_t threads[WORKERS];

	(void)state;
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, counts[i]), 0);
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	/* A handful for the call itself, sometimes an interrupt's worth of others. */
	for (int i = 0; i < WORKERS; i++)
		for (int j = 0; j < ROUNDS; j++)
			assert_in_range(counts[i][j], 1, 900);
}

static void *die_recording(void *arg)
{
	struct kcov **kcov = arg;

	*kcov = take();
	record_one_read(*kcov);
	return NULL;
}

static void a_worker_that_died_leaves_its_records_and_its_device(void **state)
{
	struct kcov *kcov;
	pthread_t thread;

	(void)state;
	for (int i = 0; i < 2 * DEVICES; i++) {
		assert_int_equal(pthread_create(&thread, NULL, die_recording, &kcov), 0);
		assert_int_equal(pthread_join(thread, NULL), 0);
		assert_true(kcov_count(kcov) > 0);
		assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, kcov));
		assert_int_equal(kcov_pool_give(pool, kcov), -EINVAL);
	}
}

/* The kernel is asked even by a thread that is busy itself. */
static void a_thread_that_records_can_give_for_a_dead_one(void **state)
{
	struct kcov *mine = take(), *kcov;
	pthread_t thread;

	(void)state;
	record_one_read(mine);
	assert_int_equal(pthread_create(&thread, NULL, die_recording, &kcov), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, kcov));
	assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, mine));
}

struct shared {
	struct kcov *kcov;
	pthread_barrier_t recording;
	pthread_barrier_t done;
};

static void *record_until_done(void *arg)
{
	struct shared *shared = arg;

	record_one_read(shared->kcov);
	pthread_barrier_wait(&shared->recording);
	pthread_barrier_wait(&shared->done);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(shared->kcov));
	return NULL;
}

static void a_worker_that_lives_keeps_its_device(void **state)
{
	struct shared shared = { .kcov = take() };
	pthread_t thread;

	(void)state;
	pthread_barrier_init(&shared.recording, NULL, 2);
	pthread_barrier_init(&shared.done, NULL, 2);
	assert_int_equal(pthread_create(&thread, NULL, record_until_done, &shared), 0);
	pthread_barrier_wait(&shared.recording);
	assert_int_equal(kcov_pool_give(pool, shared.kcov), -EBUSY);
	pthread_barrier_wait(&shared.done);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, shared.kcov));
}

static void all_taken_is_eagain(void **state)
{
	struct kcov *taken[DEVICES], *none = NULL;

	(void)state;
	for (int i = 0; i < DEVICES; i++)
		taken[i] = take();
	assert_int_equal(kcov_pool_take(pool, &none), -EAGAIN);
	assert_null(none);
	for (int i = 0; i < DEVICES; i++)
		assert_kcov_ok(KCOV_CALL_POOL, kcov_pool_give(pool, taken[i]));
}

static void a_child_uses_its_copy(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(record_one_read(take()) ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* Nothing was taken here, and the child's death set its device free. */
	all_taken_is_eagain(NULL);
}

int main(void)
{
#define POOL_TEST(name) cmocka_unit_test_setup_teardown(name, open_pool, close_pool)
	const struct CMUnitTest tests[] = {
		POOL_TEST(more_workers_than_devices_get_along),
		POOL_TEST(a_worker_that_died_leaves_its_records_and_its_device),
		POOL_TEST(a_thread_that_records_can_give_for_a_dead_one),
		POOL_TEST(a_worker_that_lives_keeps_its_device),
		POOL_TEST(all_taken_is_eagain),
		POOL_TEST(a_child_uses_its_copy),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
