// SPDX-License-Identifier: MIT
/*
 * The sample driver's jobs in a real kernel: local coverage of who asks for them, remote
 * coverage of who does them, each apart, whoever ends first. Where the kernel lets a
 * thread own both devices one thread does; elsewhere it is started by the remote owner.
 *
 * live-sample ROUNDS: all of it so many times. live-sample job: one job in each context.
 * live-sample leave: the same, and ends without waiting for them.
 */
#include "../../examples/kernel/sample/kcov_sample.h"
#include "symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SAMPLE(instance) (2ull << 56 | (instance))

/* Whether this kernel lets a thread own both, and knows the driver's subsystem. */
static bool patched;

static int sample_open(void)
{
	int fd = open("/dev/kcov-sample", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail_msg("cannot open /dev/kcov-sample: %s", strerror(errno));
	return fd;
}

/* A packet of fields: a number in a group. */
static int sample_run(int fd, enum kcov_sample_context context, bool wait, unsigned int delay_ms)
{
	static const unsigned char packet[] = {
		'S',
		'M',
		KCOV_SAMPLE_FIELDS,
		7,
		3 + 3 + 1 + 1 + 2,
		0,
		KCOV_SAMPLE_GROUP,
		3,
		KCOV_SAMPLE_NUMBER,
		1,
		2,
	};
	const struct kcov_sample_job job = { .packet = (uintptr_t)packet,
					     .length = sizeof(packet),
					     .context = context,
					     .flags = wait ? KCOV_SAMPLE_WAIT : 0,
					     .delay_ms = delay_ms };

	return ioctl(fd, KCOV_SAMPLE_RUN, &job) ? -errno : 0;
}

/* The two devices of a thread, and what it does with them. */
struct both {
	struct kcov *local;
	struct kcov *remote;
	void (*run)(struct both *both);
	/* On stock kernels: asks the remote owner to disable, or tells it of the end. */
	sem_t to_owner;
	sem_t from_owner;
	bool is_over;
};

static void *run_with_local(void *arg)
{
	struct both *both = arg;

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(both->local, KCOV_MODE_PC));
	both->run(both);
	both->is_over = true;
	sem_post(&both->to_owner);
	/* Its end disables the local device, if that did not. */
	return NULL;
}

/* What the owner of the remote device does while the thread that it started runs. */
static void be_the_owner(struct both *both)
{
	while (sem_wait(&both->to_owner) == 0 && !both->is_over) {
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both->remote));
		sem_post(&both->from_owner);
	}
}

static void disable_remote(struct both *both)
{
	if (patched) {
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both->remote));
		return;
	}
	assert_int_equal(kcov_disable(both->remote), -EINVAL);
	sem_post(&both->to_owner);
	sem_wait(&both->from_owner);
}

static void *run_on_this_thread(void *arg)
{
	struct both *both = arg;
	pthread_t thread;

	if (patched) {
		assert_kcov_ok(
			KCOV_CALL_ENABLE_WITH_REMOTE,
			kcov_enable_with_remote(both->local, KCOV_MODE_PC, both->remote, NULL));
		both->run(both);
		return NULL;
	}
	assert_int_equal(kcov_enable_with_remote(both->local, KCOV_MODE_PC, both->remote, NULL),
			 -EOPNOTSUPP);
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(both->remote, NULL));
	sem_init(&both->to_owner, 0, 0);
	sem_init(&both->from_owner, 0, 0);
	assert_int_equal(pthread_create(&thread, NULL, run_with_local, both), 0);
	be_the_owner(both);
	assert_int_equal(pthread_join(thread, NULL), 0);
	return NULL;
}

/* On a thread that ends then. */
static void with_both(void (*run)(struct both *both))
{
	struct both both = { .local = live_open(), .remote = live_open(), .run = run };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run_on_this_thread, &both), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	/* Both are free again. */
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(both.local, KCOV_MODE_PC));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both.local));
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(both.remote, NULL));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both.remote));
	kcov_close(both.local);
	kcov_close(both.remote);
}

static void reset_both(struct both *both)
{
	kcov_reset(both->local);
	kcov_reset(both->remote);
}

static void assert_local_is_the_call(const struct both *both)
{
	struct kcov_pcs pcs;

	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(both->local, &pcs));
	assert_false(pcs.full);
	assert_true(any_is_in(&pcs, "sample_ioctl"));
	assert_false(any_is_in(&pcs, "worker_run"));
	assert_false(any_is_in(&pcs, "packet_parse"));
}

/*
 * That what came is of one section, by its PCs. Whether a section has a point of its own on the
 * way to the parser is up to the compiler, so that it is told by those that it is not.
 */
static void assert_remote_is(const struct kcov *remote, const char *section)
{
	static const char *const sections[] = { "worker_run", "global_run", "timer_run" };

	/* There is one section, so that what came is all; a busy machine stalls for seconds. */
	const struct kcov_wait_opts opts = { .size = sizeof(opts),
					     .still_ms = 1,
					     .timeout_ms = 60000 };
	struct kcov_remote_data data;
	struct kcov_pcs pcs;

	assert_kcov_ok(KCOV_CALL_WAIT_REMOTE, kcov_wait_remote(remote, &opts, &data));
	/* cmocka keeps to itself what fails on another thread than its own. */
	if (data.doubts)
		print_error("%s: %zu PCs, doubts 0x%x\n", section, data.count, data.doubts);
	assert_int_equal(data.doubts, 0);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(remote, &pcs));
	assert_true(any_is_in(&pcs, "packet_parse"));
	assert_false(any_is_in(&pcs, "sample_ioctl"));
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		if (strcmp(sections[i], section) != 0)
			assert_false(any_is_in(&pcs, sections[i]));
}

static bool nothing_comes(const struct kcov *remote, unsigned int timeout_ms)
{
	const struct kcov_wait_opts opts = { .size = sizeof(opts), .timeout_ms = timeout_ms };
	struct kcov_remote_data data;

	assert_kcov_ok(KCOV_CALL_WAIT_REMOTE, kcov_wait_remote(remote, &opts, &data));
	return data.doubts == KCOV_DOUBT_NOTHING;
}

static void run_a_job(struct both *both)
{
	int fd = sample_open();

	reset_both(both);
	assert_int_equal(sample_run(fd, KCOV_SAMPLE_WORKER, true, 0), 0);
	assert_local_is_the_call(both);
	assert_remote_is(both->remote, "worker_run");
	close(fd);
}

static void call_and_worker_are_told_apart(void **state)
{
	(void)state;
	with_both(run_a_job);
}

/* What stands for a bug is found in the caller's context as elsewhere. */
static void a_write_is_parsed_by_the_caller(struct both *both)
{
	static const unsigned char chain[] = {
		'S', 'M', KCOV_SAMPLE_CHAIN, 6, 11, 5, 2, 14, 6, 12
	};
	struct kcov_pcs pcs;
	int fd = sample_open();

	reset_both(both);
	assert_int_equal(write(fd, chain, sizeof(chain)), -1);
	assert_int_equal(errno, EUCLEAN);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(both->local, &pcs));
	assert_true(any_is_in(&pcs, "packet_parse"));
	assert_true(nothing_comes(both->remote, 10));
	close(fd);
}

static void what_the_caller_parses_is_local(void **state)
{
	(void)state;
	with_both(a_write_is_parsed_by_the_caller);
}

static void disable_local_first(struct both *both)
{
	int fd = sample_open();

	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both->local));
	reset_both(both);
	assert_int_equal(sample_run(fd, KCOV_SAMPLE_WORKER, true, 0), 0);
	assert_int_equal(kcov_count(both->local), 0);
	assert_remote_is(both->remote, "worker_run");
	disable_remote(both);
	assert_int_equal(kcov_disable(both->local), -EINVAL);
	close(fd);
}

static void disabling_the_local_device_leaves_the_remote_one(void **state)
{
	(void)state;
	with_both(disable_local_first);
}

static void disable_remote_first(struct both *both)
{
	int fd = sample_open();

	disable_remote(both);
	reset_both(both);
	assert_int_equal(sample_run(fd, KCOV_SAMPLE_WORKER, true, 0), 0);
	assert_local_is_the_call(both);
	assert_true(nothing_comes(both->remote, 10));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both->local));
	assert_int_equal(kcov_disable(both->remote), -EINVAL);
	close(fd);
}

static void disabling_the_remote_device_leaves_the_local_one(void **state)
{
	(void)state;
	with_both(disable_remote_first);
}

static int wait_for(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void run_a_job_in_a_child(struct both *both)
{
	pid_t pid;

	reset_both(both);
	pid = fork();
	if (pid == 0)
		_exit(sample_run(sample_open(), KCOV_SAMPLE_WORKER, true, 0) ? 1 : 0);
	assert_int_equal(wait_for(pid), 0);
	assert_remote_is(both->remote, "worker_run");
	/* The call was the child's. */
	for (size_t i = 0; i < kcov_count(both->local); i++) {
		struct kcov_pcs pcs;

		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(both->local, &pcs));
		assert_false(is_in(pcs.pcs[i], "sample_ioctl"));
	}
}

static void a_child_has_the_handle_and_not_the_local_device(void **state)
{
	(void)state;
	with_both(run_a_job_in_a_child);
}

static void outlive_the_file(struct both *both)
{
	int fd = sample_open();

	reset_both(both);
	assert_int_equal(sample_run(fd, KCOV_SAMPLE_WORKER, false, 20), 0);
	close(fd);
	assert_remote_is(both->remote, "worker_run");
}

static void a_worker_outlives_its_file(void **state)
{
	(void)state;
	with_both(outlive_the_file);
}

/* How long the worker sleeps in its section: its owner has to be dead before the end. */
#define UNTIL_DEAD_MS 200

static void wait_to_be_killed(struct both *both)
{
	int fd = sample_open();

	reset_both(both);
	_exit(sample_run(fd, KCOV_SAMPLE_WORKER, true, UNTIL_DEAD_MS) ? 2 : 3);
}

/* Until the call of another process is under way, as its buffer tells. */
static void await_call(const struct kcov *local)
{
	struct kcov_pcs pcs;

	for (int i = 0; i < 10000; i++) {
		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(local, &pcs));
		if (any_is_in(&pcs, "sample_ioctl"))
			return;
		usleep(1000);
	}
	fail_msg("the call was not made");
}

static void be_killed(struct both *both)
{
	int status;
	pid_t pid;

	reset_both(both);
	pid = fork();
	if (pid == 0) {
		run_on_this_thread(both);
		_exit(1);
	}
	await_call(both->local);
	kill(pid, SIGKILL);
	status = wait_for(pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_local_is_the_call(both);
}

/* The devices are the parent's, who is not concerned. */
static void a_thread_that_is_killed_leaves_its_worker_alone(void **state)
{
	struct both both = { .local = live_open(),
			     .remote = live_open(),
			     .run = wait_to_be_killed };
	int tries = 0;

	(void)state;
	/* The worker's section ends after its owner, if the machine does not stall: or once more.
	 */
	do
		be_killed(&both);
	while (!nothing_comes(both.remote, UNTIL_DEAD_MS + 50) && ++tries < 3);
	assert_in_range(tries, 0, 2);
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(both.local, KCOV_MODE_PC));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(both.local));
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(both.remote, NULL));
	kcov_close(both.local);
	kcov_close(both.remote);
}

static void a_file_has_so_many_jobs_and_no_more(void **state)
{
	int fd = sample_open(), jobs = 0, err;

	(void)state;
	while (!(err = sample_run(fd, KCOV_SAMPLE_WORKER, false, 5)) && jobs < 100)
		jobs++;
	assert_int_equal(err, -EBUSY);
	assert_in_range(jobs, 16, 99);
	close(fd);
}

static struct kcov *listen_to(uint64_t handle)
{
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = KCOV_DEFAULT_AREA_SIZE,
					       .handles = &handle,
					       .n_handles = 1 };
	struct kcov *kcov = live_open();
	int err = kcov_enable_remote(kcov, &opts);

	if (err == -ENXIO && !patched) {
		kcov_close(kcov);
		return NULL;
	}
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, err);
	return kcov;
}

static void the_global_worker_reports_to_its_handle(void **state)
{
	struct kcov *kcov = listen_to(SAMPLE(KCOV_SAMPLE_GLOBAL_INSTANCE));
	int fd = sample_open();

	(void)state;
	/* Where the kernel does not know the subsystem it works all the same. */
	assert_int_equal(sample_run(fd, KCOV_SAMPLE_GLOBAL, true, 0), 0);
	assert_int_equal(!kcov, !patched);
	if (kcov)
		assert_remote_is(kcov, "global_run");
	kcov_close(kcov);
	close(fd);
}

static void a_soft_interrupt_reports(void **state)
{
	struct kcov *kcov = patched ? listen_to(SAMPLE(KCOV_SAMPLE_SOFTIRQ_INSTANCE)) : live_open();
	int fd;

	(void)state;
	if (!patched)
		assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(kcov, NULL));
	fd = sample_open();
	for (int i = 0; i < 10; i++) {
		kcov_reset(kcov);
		assert_int_equal(sample_run(fd, KCOV_SAMPLE_SOFTIRQ, true, 0), 0);
		assert_remote_is(kcov, "timer_run");
	}
	kcov_close(kcov);
	close(fd);
}

struct listener {
	struct kcov *kcov;
	uint64_t handle;
	int err;
};

static void *listen_and_die(void *arg)
{
	struct listener *listener = arg;
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .area_size = KCOV_DEFAULT_AREA_SIZE,
					       .handles = &listener->handle,
					       .n_handles = 1 };

	listener->err = kcov_enable_remote(listener->kcov, &opts);
	return NULL;
}

static int second_owner(uint64_t handle)
{
	struct listener listener = { .kcov = live_open(), .handle = handle };
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, listen_and_die, &listener), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	kcov_close(listener.kcov);
	return listener.err;
}

static void a_handle_has_one_owner_until_that_dies(void **state)
{
	/* USB's, where the driver has no subsystem. */
	const uint64_t handle = patched ? SAMPLE(KCOV_SAMPLE_GLOBAL_INSTANCE) : 1ull << 56 | 1;
	struct kcov *kcov = listen_to(handle);

	(void)state;
	assert_int_equal(second_owner(handle), -EEXIST);
	kcov_close(kcov);
	/* It dies as the owner. */
	assert_int_equal(second_owner(handle), 0);
	kcov_close(listen_to(handle));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(call_and_worker_are_told_apart),
	cmocka_unit_test(what_the_caller_parses_is_local),
	cmocka_unit_test(disabling_the_local_device_leaves_the_remote_one),
	cmocka_unit_test(disabling_the_remote_device_leaves_the_local_one),
	cmocka_unit_test(a_child_has_the_handle_and_not_the_local_device),
	cmocka_unit_test(a_worker_outlives_its_file),
	cmocka_unit_test(a_thread_that_is_killed_leaves_its_worker_alone),
	cmocka_unit_test(a_file_has_so_many_jobs_and_no_more),
	cmocka_unit_test(the_global_worker_reports_to_its_handle),
	cmocka_unit_test(a_soft_interrupt_reports),
	cmocka_unit_test(a_handle_has_one_owner_until_that_dies),
};

/* What is left behind is left in all contexts but the driver's worker, which ends with it. */
static int run_one_of_each(bool wait, unsigned int delay_ms)
{
	const int fd = open("/dev/kcov-sample", O_RDWR | O_CLOEXEC);

	for (int context = KCOV_SAMPLE_CALLER; context <= KCOV_SAMPLE_SOFTIRQ; context++)
		if (sample_run(fd, (enum kcov_sample_context)context, wait,
			       context == KCOV_SAMPLE_GLOBAL ? 0 : delay_ms))
			return 1;
	return close(fd) ? 1 : 0;
}

int main(int argc, char **argv)
{
	const int rounds = argc > 1 ? atoi(argv[1]) : 1;
	unsigned int features;
	int failed = 0;

	if (argc > 1 && strcmp(argv[1], "job") == 0)
		return run_one_of_each(true, 0);
	if (argc > 1 && strcmp(argv[1], "leave") == 0)
		return run_one_of_each(false, 400);
	if (!live_has_kcov())
		return LIVE_SKIP;
	if (kcov_features(NULL, &features))
		return 1;
	patched = features & KCOV_FEATURE_SIMULTANEOUS;
	if (open_symbolizer(NULL))
		return 1;
	for (int i = 0; i < rounds && !failed; i++)
		failed = cmocka_run_group_tests(tests, NULL, NULL);
	close_symbolizer(NULL);
	return failed ? 1 : 0;
}
