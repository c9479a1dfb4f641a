// SPDX-License-Identifier: MIT
/*
 * The life cycles of everything that libkcov opens, on a fake kernel, with each call and each
 * allocation failing in turn with each error that it can have. After each nothing is left.
 * Each runs in a process of its own, as the first of its kind: the library keeps its
 * protection key.
 */
#include "unit.h"

#include "alloc.h"
#include "fake.h"

#include <errno.h>
#include <kcov/kcov.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define USB1 0x0100000000000001u

struct path {
	const char *name;
	/* 0 or the first error, with everything closed. */
	int (*run)(void);
	struct fake_kernel kernel;
	/* Bits of calls that it can do without; others must fail it. */
	unsigned int spare;
	/* What it comes to if all goes well. */
	int result;
};

#define BIT(call_) (1u << (call_))

/* A low descriptor does, and nothing can be done about what cannot be undone. */
#define SPARE (BIT(FAKE_DUP) | BIT(FAKE_CLOSE) | BIT(FAKE_UNMAP))

#define TRIED (BIT(FAKE_ENABLE) | BIT(FAKE_DISABLE) | BIT(FAKE_RESET_TRACE))
#define KEY_TRIED (BIT(FAKE_PKEY_ALLOC) | BIT(FAKE_PKEY_SET))

/* What *ret points to before each call, and after those that fail. */
static char untouched;

/* In a process that cmocka knows nothing of. */
static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s\n", what);
	_exit(1);
}

static int first(int err, int next)
{
	return err ? err : next;
}

static int open_device(enum kcov_protection protection, size_t capacity, struct kcov **ret)
{
	const struct kcov_opts opts = { .size = sizeof(opts),
					.capacity = capacity,
					.protection = protection };
	struct kcov *kcov = (struct kcov *)&untouched;
	int err = kcov_open(&opts, &kcov);

	check(!err == (kcov != (struct kcov *)&untouched), "kcov_open() and *ret differ");
	*ret = kcov;
	return err;
}

static int live(enum kcov_protection protection)
{
	struct kcov_pcs pcs;
	struct kcov *kcov;
	int err;

	err = open_device(protection, 1, &kcov);
	if (err)
		return err;
	err = kcov_enable(kcov, KCOV_MODE_PC);
	if (!err) {
		err = kcov_reset(kcov);
		err = first(err, kcov_pcs(kcov, &pcs));
		err = first(err, kcov_disable(kcov));
	}
	return first(err, kcov_close(kcov));
}

static int live_with_guard(void)
{
	return live(KCOV_PROTECT_GUARD);
}

static int live_read_only(void)
{
	return live(KCOV_PROTECT_READ_ONLY);
}

static int live_with_key(void)
{
	return live(KCOV_PROTECT_PKEY);
}

static int live_with_mprotect(void)
{
	return live(KCOV_PROTECT_MPROTECT);
}

static int live_with_auto(void)
{
	return live(KCOV_PROTECT_AUTO);
}

static int close_enabled(void)
{
	struct kcov *kcov;
	int err;

	err = open_device(KCOV_PROTECT_GUARD, 1, &kcov);
	if (err)
		return err;
	err = kcov_enable(kcov, KCOV_MODE_CMP);
	return first(err, kcov_close(kcov));
}

static int prepare_exec(void)
{
	struct kcov *kcov;
	int err;

	err = open_device(KCOV_PROTECT_GUARD, 100000, &kcov);
	if (err)
		return err;
	err = kcov_prepare_exec(kcov);
	if (!err)
		err = kcov_enable(kcov, KCOV_MODE_PC);
	if (!err)
		err = kcov_disable(kcov);
	return first(err, kcov_close(kcov));
}

/* With a section that ends before anybody waits for it. */
static int wait_for_section(struct kcov *kcov)
{
	struct kcov_remote_data data = { 0 };
	int err;

	fake_section(kcov_common_handle(kcov), 10);
	err = kcov_wait_remote(kcov, NULL, &data);
	check(err || data.count == 10, "the section's records did not arrive");
	return err;
}

static const uint64_t usb1 = USB1;

static const struct kcov_remote_opts remote_opts = {
	.size = sizeof(remote_opts),
	.area_size = 64,
	.handles = &usb1,
	.n_handles = 1,
	.common_handle = KCOV_COMMON_AUTO,
};

static int live_remotely(void)
{
	struct kcov *kcov;
	int err;

	err = open_device(KCOV_PROTECT_GUARD, 1, &kcov);
	if (err)
		return err;
	err = kcov_enable_remote(kcov, &remote_opts);
	if (!err) {
		err = wait_for_section(kcov);
		err = first(err, kcov_disable(kcov));
	}
	check(!kcov_common_handle(kcov) || err, "a handle outlives its device");
	return first(err, kcov_close(kcov));
}

static int live_with_both(struct kcov *local, struct kcov *remote)
{
	int err = kcov_enable_with_remote(local, KCOV_MODE_PC, remote, &remote_opts);

	if (err) {
		check(fake_state().enabled == 0, "one of both is enabled");
		return err;
	}
	err = wait_for_section(remote);
	err = first(err, kcov_disable(remote));
	return first(err, kcov_disable(local));
}

static int live_locally_and_remotely(void)
{
	struct kcov *local, *remote;
	int err;

	err = open_device(KCOV_PROTECT_GUARD, 1, &local);
	if (err)
		return err;
	err = open_device(KCOV_PROTECT_GUARD, 1, &remote);
	if (!err) {
		err = live_with_both(local, remote);
		err = first(err, kcov_close(remote));
	}
	return first(err, kcov_close(local));
}

static int ask_for_features(void)
{
	unsigned int features = 0x4242;
	int err = kcov_features(NULL, &features);

	check(!err == (features != 0x4242), "kcov_features() and *ret differ");
	return err;
}

static int open_pool(struct kcov_pool **ret)
{
	struct kcov_pool *pool = (struct kcov_pool *)&untouched;
	int err = kcov_pool_open(NULL, 3, &pool);

	check(!err == (pool != (struct kcov_pool *)&untouched), "kcov_pool_open() and *ret differ");
	*ret = pool;
	return err;
}

static int live_in_pool(void)
{
	struct kcov_pool *pool;
	struct kcov *kcov;
	int err;

	err = open_pool(&pool);
	if (err)
		return err;
	err = kcov_pool_take(pool, &kcov);
	err = first(err, kcov_enable(kcov, KCOV_MODE_PC));
	err = first(err, kcov_reset(kcov));
	if (!err)
		err = kcov_disable(kcov);
	err = first(err, kcov_pool_give(pool, kcov));
	/* Another one is still taken and enabled when the pool is closed. */
	err = first(err, kcov_pool_take(pool, &kcov));
	err = first(err, kcov_enable(kcov, KCOV_MODE_CMP));
	return first(err, kcov_pool_close(pool));
}

static void *enable_and_die(void *kcov)
{
	return (void *)(intptr_t)kcov_enable(kcov, KCOV_MODE_PC);
}

static int die_in_pool(void)
{
	struct kcov_pool *pool;
	struct kcov *kcov;
	pthread_t thread;
	void *err_of_thread;
	int err;

	err = open_pool(&pool);
	if (err)
		return err;
	err = kcov_pool_take(pool, &kcov);
	check(!pthread_create(&thread, NULL, enable_and_die, kcov), "no thread");
	pthread_join(thread, &err_of_thread);
	err = first(err, (int)(intptr_t)err_of_thread);
	err = first(err, kcov_pool_give(pool, kcov));
	return first(err, kcov_pool_close(pool));
}

/* clang-format off */
#define ALL \
	{ .cmp = true, .remote = true, .simultaneous = true, .reset_trace = true, .pkeys = true }

static const struct path paths[] = {
	{ "a_life_with_guard_pages", live_with_guard, { 0 }, SPARE, 0 },
	{ "a_life_read_only", live_read_only, { .reset_trace = true }, SPARE | TRIED, 0 },
	{ "a_life_read_only_where_there_is_none", live_read_only, { 0 }, SPARE, -EOPNOTSUPP },
	{ "a_life_with_a_key", live_with_key, { .pkeys = true }, SPARE, 0 },
	{ "a_life_with_a_key_where_there_is_none", live_with_key, { 0 }, SPARE, -EOPNOTSUPP },
	{ "a_life_with_mprotect", live_with_mprotect, { 0 }, SPARE, 0 },
	{ "a_life_with_the_best_of_all", live_with_auto, { .reset_trace = true, .pkeys = true },
	  SPARE | TRIED | KEY_TRIED, 0 },
	{ "a_life_with_the_second_best", live_with_auto, { .pkeys = true },
	  SPARE | BIT(FAKE_RESET_TRACE) | KEY_TRIED, 0 },
	{ "a_life_with_the_last_resort", live_with_auto, { 0 },
	  SPARE | BIT(FAKE_RESET_TRACE) | KEY_TRIED, 0 },
	{ "closing_what_is_enabled", close_enabled, { .cmp = true }, SPARE | BIT(FAKE_DISABLE), 0 },
	{ "preparing_to_exec", prepare_exec, { 0 }, SPARE, 0 },
	{ "a_remote_life", live_remotely, { .remote = true }, SPARE, 0 },
	{ "a_remote_life_where_there_is_none", live_remotely, { 0 }, SPARE, -ENOTTY },
	{ "a_life_with_both", live_locally_and_remotely, { .remote = true, .simultaneous = true },
	  SPARE, 0 },
	{ "a_life_with_both_where_it_is_one_or_the_other", live_locally_and_remotely,
	  { .remote = true }, SPARE, -EOPNOTSUPP },
	{ "asking_a_kernel_that_has_all", ask_for_features, ALL,
	  SPARE | TRIED | KEY_TRIED | BIT(FAKE_REMOTE_ENABLE) | BIT(FAKE_OPEN_TO_READ) |
	  BIT(FAKE_READ), 0 },
	{ "asking_a_kernel_that_has_little", ask_for_features, { .remote = true },
	  SPARE | TRIED | KEY_TRIED | BIT(FAKE_REMOTE_ENABLE) | BIT(FAKE_OPEN_TO_READ) |
	  BIT(FAKE_READ), 0 },
	{ "a_life_in_a_pool", live_in_pool, { .cmp = true }, SPARE | BIT(FAKE_DISABLE), 0 },
	/* A kernel that says EBUSY there means another thread than the dead one. */
	{ "dying_in_a_pool", die_in_pool, { 0 }, SPARE | BIT(FAKE_ENABLE) | BIT(FAKE_DISABLE), 0 },
};
/* clang-format on */

/* Exit statuses of the process that a path runs in. */
enum outcome {
	SURVIVED = 10,
	NOT_REACHED,
	NO_SUCH_ERROR,
};

static void check_nothing_is_left(size_t blocks)
{
	const struct fake_state left = fake_state();

	check(left.fds == 0, "a descriptor is left open");
	check(left.regions == 0, "a mapping is left");
	check(left.enabled == 0, "a thread is left enabled");
	check(left.keys <= 1, "more than the one key is left");
	check(alloc_live() == blocks, "memory is left");
}

/* A random handle in use is no error: there are others. */
static bool may_be_survived(const struct path *path, enum fake_call call, int error)
{
	return path->spare & BIT(call) || (call == FAKE_REMOTE_ENABLE && error == EEXIST);
}

/* What is to fail. */
struct fault {
	/* The nth allocation, or else the nth call with an error of its own. */
	bool memory;
	unsigned int nth;
	unsigned int which;
};

static enum outcome outcome_of_fault(const struct path *path, int err)
{
	enum fake_call call;
	int error;
	const enum fake_fault fault = fake_fault(&call, &error);

	if (fault == FAKE_FAILED) {
		check(err || may_be_survived(path, call, error), fake_call_name(call));
		return SURVIVED;
	}
	check(err == path->result, "it fails without a fault");
	return fault == FAKE_NOT_REACHED ? NOT_REACHED : NO_SUCH_ERROR;
}

static enum outcome run(const struct path *path, const struct fault *fault)
{
	const size_t blocks = alloc_live();
	int err;

	/* There is one error of memory. */
	if (fault->memory && fault->which)
		return NO_SUCH_ERROR;
	fake_boot(&path->kernel);
	if (fault->memory)
		alloc_fail_at(fault->nth);
	else
		fake_fail(fault->nth, fault->which);
	err = path->run();
	check(err <= 0, "an error is positive");
	check_nothing_is_left(blocks);
	if (!fault->memory)
		return outcome_of_fault(path, err);
	if (!alloc_failed())
		return NOT_REACHED;
	check(err == -ENOMEM, "it does without memory");
	return SURVIVED;
}

static enum outcome run_in_a_process(const struct path *path, const struct fault *fault)
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		/* cmocka's handler would go on with the next test. */
		signal(SIGSEGV, SIG_DFL);
		_exit((int)run(path, fault));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status) || WEXITSTATUS(status) < SURVIVED)
		fail_msg("%s %u with its error number %u: status 0x%x",
			 fault->memory ? "allocation" : "call", fault->nth, fault->which,
			 (unsigned int)status);
	return (enum outcome)WEXITSTATUS(status);
}

/* How many there were. */
static unsigned int run_with_each(const struct path *path, bool memory)
{
	unsigned int faults = 0;

	for (unsigned int nth = 1;; nth++) {
		struct fault fault = { .memory = memory, .nth = nth };
		enum outcome outcome;

		while ((outcome = run_in_a_process(path, &fault)) == SURVIVED) {
			fault.which++;
			faults++;
		}
		if (outcome == NOT_REACHED)
			return faults;
	}
}

static void leaves_nothing_whatever_fails(void **state)
{
	const struct path *path = *state;
	const unsigned int calls = run_with_each(path, false);
	const unsigned int blocks = run_with_each(path, true);

	print_message("%s: %u faults of calls, %u of memory\n", path->name, calls, blocks);
	/* Opening alone has more. */
	assert_true(calls > 10);
	assert_true(blocks > 0);
}

int main(void)
{
	struct CMUnitTest tests[sizeof(paths) / sizeof(paths[0])];

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		tests[i] = (struct CMUnitTest){
			.name = paths[i].name,
			.test_func = leaves_nothing_whatever_fails,
			.initial_state = (void *)(uintptr_t)&paths[i],
		};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
