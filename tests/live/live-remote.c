// SPDX-License-Identifier: MIT
/*
 * Remote coverage in a real kernel: USB's hub worker by a global handle, vhost's workers
 * by a common one, and who carries that. VHOST_SET_OWNER is what sets a worker going.
 */
#include "symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/limits.h>
#include <linux/vhost.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define USB_BUS_1 0x0100000000000001u
#define COMMON 0x42u

/* What the calling thread, or what it was started by, made the worker do. */
static int set_worker_going(void)
{
	int fd = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
	int err = ioctl(fd, VHOST_SET_OWNER);

	close(fd);
	return err;
}

static const struct kcov_remote_opts common = { .size = sizeof(common),
						.area_size = KCOV_DEFAULT_AREA_SIZE,
						.common_handle = COMMON };

static struct kcov *listen_as(const struct kcov_remote_opts *opts)
{
	struct kcov *kcov = live_open();

	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(kcov, opts));
	return kcov;
}

static struct kcov_remote_data wait_for_records(const struct kcov *kcov, unsigned int still_ms,
						unsigned int timeout_ms)
{
	const struct kcov_wait_opts opts = { .size = sizeof(opts),
					     .still_ms = still_ms,
					     .timeout_ms = timeout_ms };
	struct kcov_remote_data data;

	assert_kcov_ok(KCOV_CALL_WAIT_REMOTE, kcov_wait_remote(kcov, &opts, &data));
	return data;
}

static void assert_worker_reported(const struct kcov *kcov)
{
	struct kcov_pcs pcs;

	assert_int_equal(wait_for_records(kcov, 0, 0).doubts, 0);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_true(any_is_in(&pcs, "vhost_flush_work"));
	assert_false(any_is_in(&pcs, "vhost_net_ioctl"));
}

static void assert_nothing_reported(const struct kcov *kcov)
{
	assert_int_equal(wait_for_records(kcov, 0, 300).doubts, KCOV_DOUBT_NOTHING);
}

static int wait_for(pid_t pid)
{
	int status = -1;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void *run_on_thread(void *arg)
{
	void (*run)(void) = *(void (**)(void))arg;

	run();
	return NULL;
}

static void on_another_thread(void (*run)(void))
{
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, run_on_thread, &run), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static int remote_error(struct kcov_remote_opts opts)
{
	struct kcov *kcov = live_open();
	int err;

	opts.size = sizeof(opts);
	err = kcov_enable_remote(kcov, &opts);
	kcov_close(kcov);
	return err;
}

static void wrong_arguments_are_refused_before_the_call(void **state)
{
	const uint64_t usb[KCOV_MAX_HANDLES + 1] = { USB_BUS_1 }, shared = COMMON;
	const struct kcov_remote_opts good = common;
	struct kcov_remote_opts opts;

	(void)state;
#define WRONG(field_, value_, error_)                                                              \
	do {                                                                                       \
		opts = good;                                                                       \
		opts.field_ = (value_);                                                            \
		assert_int_equal(remote_error(opts), error_);                                      \
	} while (0)
	WRONG(area_size, 0, -ERANGE);
	WRONG(area_size, 1, -ERANGE);
	WRONG(common_handle, 0, -EDESTADDRREQ);
	WRONG(common_handle, USB_BUS_1, -EPROTOTYPE);
	WRONG(common_handle, 1ull << 32 | COMMON, -EOVERFLOW);
#undef WRONG
	opts = good;
	opts.handles = usb;
	opts.n_handles = KCOV_MAX_HANDLES + 1;
	assert_int_equal(remote_error(opts), -EMSGSIZE);
	opts.handles = &shared;
	opts.n_handles = 1;
	assert_int_equal(remote_error(opts), -EPROTOTYPE);
}

static void a_device_that_is_enabled_is_einval(void **state)
{
	struct kcov *kcov = listen_as(&common);

	(void)state;
	assert_int_equal(kcov_enable_remote(kcov, &common), -EINVAL);
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), -EINVAL);
	kcov_close(kcov);
}

static void a_subsystem_that_the_kernel_does_not_know_is_enxio(void **state)
{
	const uint64_t handle = 0xff00000000000001u;
	struct kcov_remote_opts opts = common;
	struct kcov *kcov = live_open();

	(void)state;
	opts.handles = &handle;
	opts.n_handles = 1;
	assert_int_equal(kcov_enable_remote(kcov, &opts), -ENXIO);
	/* Nothing is left of the second try. */
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(kcov, &common));
	kcov_close(kcov);
}

static void a_second_remote_device_of_a_thread_is_ebusy(void **state)
{
	struct kcov *first = listen_as(&common), *second = live_open();

	(void)state;
	assert_int_equal(kcov_enable_remote(second, NULL), -EBUSY);
	kcov_close(first);
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(second, NULL));
	kcov_close(second);
}

static void take_the_common_handle(void)
{
	assert_int_equal(remote_error(common), -EEXIST);
}

static void a_handle_in_use_is_eexist(void **state)
{
	const uint64_t twice[] = { USB_BUS_1, USB_BUS_1 };
	struct kcov_remote_opts opts = common;
	struct kcov *kcov = listen_as(&common);

	(void)state;
	on_another_thread(take_the_common_handle);
	kcov_close(kcov);
	opts.handles = twice;
	opts.n_handles = 2;
	assert_int_equal(remote_error(opts), -EEXIST);
}

static void as_many_handles_as_the_kernel_takes_are_taken(void **state)
{
	uint64_t handles[KCOV_MAX_HANDLES];
	struct kcov_remote_opts opts = common;

	(void)state;
	for (size_t i = 0; i < KCOV_MAX_HANDLES; i++)
		handles[i] = USB_BUS_1 + i;
	opts.handles = handles;
	opts.n_handles = KCOV_MAX_HANDLES;
	kcov_close(listen_as(&opts));
}

static struct kcov *device;

static void disable_the_device(void)
{
	assert_int_equal(kcov_disable(device), -EINVAL);
}

static void only_the_owner_disables(void **state)
{
	(void)state;
	device = listen_as(&common);
	on_another_thread(disable_the_device);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(device));
	kcov_close(device);
}

static void a_worker_reports_to_the_common_handle(void **state)
{
	struct kcov *kcov = listen_as(NULL);

	(void)state;
	for (int i = 0; i < 5; i++) {
		kcov_reset(kcov);
		assert_int_equal(set_worker_going(), 0);
		assert_worker_reported(kcov);
	}
	kcov_close(kcov);
}

static void listen_and_set_a_worker_going(void)
{
	struct kcov *kcov = listen_as(NULL);

	assert_int_not_equal(kcov_common_handle(kcov), kcov_common_handle(device));
	assert_int_equal(set_worker_going(), 0);
	assert_worker_reported(kcov);
	kcov_close(kcov);
}

static void each_owner_gets_its_own_workers(void **state)
{
	(void)state;
	device = listen_as(NULL);
	on_another_thread(listen_and_set_a_worker_going);
	assert_nothing_reported(device);
	kcov_close(device);
}

static void a_child_carries_the_common_handle(void **state)
{
	struct kcov *kcov = listen_as(NULL);
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(set_worker_going() ? 1 : 0);
	assert_int_equal(wait_for(pid), 0);
	assert_worker_reported(kcov);
	kcov_close(kcov);
}

/* Why common handles should be fresh ones. */
static void a_child_from_before_feeds_whoever_takes_the_handle_again(void **state)
{
	struct kcov *kcov = listen_as(&common);
	int go[2];
	char byte;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (pid == 0)
		_exit(read(go[0], &byte, 1) == 1 && set_worker_going() == 0 ? 0 : 1);
	kcov_close(kcov);
	kcov = listen_as(&common);
	assert_int_equal(write(go[1], "", 1), 1);
	assert_int_equal(wait_for(pid), 0);
	assert_worker_reported(kcov);
	kcov_close(kcov);
	close(go[0]);
	close(go[1]);
}

static void exec_keeps_the_owner_and_its_handle(void **state)
{
	struct kcov *kcov = live_open();
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		if (kcov_enable_remote(kcov, &common) == 0)
			execl("/proc/self/exe", "live-remote", "set-worker-going", (char *)NULL);
		_exit(99);
	}
	assert_int_equal(wait_for(pid), 0);
	assert_worker_reported(kcov);
	kcov_close(kcov);
}

static void listen_and_exit(void)
{
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(device, &common));
}

static void a_threads_exit_gives_its_handles_free(void **state)
{
	struct kcov *kcov;

	(void)state;
	device = live_open();
	on_another_thread(listen_and_exit);
	kcov = listen_as(&common);
	assert_int_equal(set_worker_going(), 0);
	assert_worker_reported(kcov);
	kcov_close(kcov);
	kcov_close(device);
}

static void a_wait_without_records_ends_in_time(void **state)
{
	struct kcov *kcov = listen_as(NULL);

	(void)state;
	assert_nothing_reported(kcov);
	kcov_close(kcov);
}

static void a_section_that_fills_its_area_is_doubted(void **state)
{
	struct kcov_remote_opts opts = common;
	struct kcov *kcov;

	(void)state;
	opts.area_size = 2;
	kcov = listen_as(&opts);
	assert_int_equal(set_worker_going(), 0);
	assert_true(wait_for_records(kcov, 0, 0).doubts & KCOV_DOUBT_SECTION);
	kcov_close(kcov);
}

static void a_full_device_is_doubted(void **state)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 1 };
	struct kcov *kcov;

	(void)state;
	assert_kcov_ok(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(kcov, NULL));
	for (int i = 0; i < 1000 && !kcov_is_full(kcov); i++)
		assert_int_equal(set_worker_going(), 0);
	assert_true(wait_for_records(kcov, 0, 0).doubts & KCOV_DOUBT_FULL);
	kcov_close(kcov);
}

static pid_t plug(void)
{
	char path[PATH_MAX], program[PATH_MAX + 16];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	pid_t pid;

	assert_true(length > 0);
	path[length] = '\0';
	snprintf(program, sizeof(program), "%s/plug-usb", dirname(path));
	pid = fork();
	if (pid == 0) {
		execl(program, "plug-usb", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void unplug(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_true(WIFSIGNALED(wait_for(pid)));
}

static struct kcov *listen_to_usb(enum kcov_mode mode)
{
	const uint64_t handle = USB_BUS_1;
	const struct kcov_remote_opts opts = { .size = sizeof(opts),
					       .mode = mode,
					       .area_size = KCOV_DEFAULT_AREA_SIZE,
					       .handles = &handle,
					       .n_handles = 1 };

	return listen_as(&opts);
}

static bool hub_is_in_pcs(const struct kcov *kcov)
{
	struct kcov_pcs pcs;

	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	return any_is_in(&pcs, "hub_event");
}

static bool hub_is_in_cmps(const struct kcov *kcov)
{
	struct kcov_cmps cmps;
	struct kcov_cmp cmp;
	bool in_hub = false;

	assert_kcov_ok(KCOV_CALL_READ, kcov_cmps(kcov, &cmps));
	for (size_t i = 0; i < cmps.count && !in_hub; i++) {
		assert_kcov_ok(KCOV_CALL_READ, kcov_cmp_decode(&cmps, i, &cmp));
		in_hub = is_in(cmp.ip, "hub_event");
	}
	return in_hub;
}

/*
 * Soft interrupts report at once, the hub when it has tried to know what was plugged in. How
 * long that takes on a busy machine nobody knows, so that silence says nothing.
 */
static void await_hub(const struct kcov *kcov, bool (*hub_is_in)(const struct kcov *kcov))
{
	for (int i = 0; i < 600 && !hub_is_in(kcov); i++)
		usleep(100000);
	assert_true(hub_is_in(kcov));
}

static void the_hub_reports_what_is_plugged_in(void **state)
{
	struct kcov *kcov = listen_to_usb(KCOV_MODE_PC);
	pid_t pid = plug();
	struct kcov_pcs pcs;

	(void)state;
	await_hub(kcov, hub_is_in_pcs);
	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
	assert_true(any_is_in(&pcs, "hub_port_connect"));
	assert_int_equal(kcov_common_handle(kcov), 0);
	unplug(pid);
	kcov_close(kcov);
}

static void the_hub_reports_comparisons_too(void **state)
{
	struct kcov *kcov = listen_to_usb(KCOV_MODE_CMP);
	pid_t pid = plug();

	(void)state;
	await_hub(kcov, hub_is_in_cmps);
	unplug(pid);
	kcov_close(kcov);
}

static bool is_simultaneous(void)
{
	unsigned int features;

	assert_kcov_ok(KCOV_CALL_FEATURES, kcov_features(NULL, &features));
	return features & KCOV_FEATURE_SIMULTANEOUS;
}

static void assert_call_was_recorded(const struct kcov *local)
{
	struct kcov_pcs pcs;

	assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(local, &pcs));
	assert_true(any_is_in(&pcs, "vhost_net_ioctl"));
	assert_false(any_is_in(&pcs, "vhost_run_work_list"));
}

static void one_thread_has_both_or_is_told_that_it_cannot(void **state)
{
	struct kcov *local = live_open(), *remote = live_open();
	const bool simultaneous = is_simultaneous();
	int err = kcov_enable_with_remote(local, KCOV_MODE_PC, remote, NULL);

	(void)state;
	assert_int_equal(err, simultaneous ? 0 : -EOPNOTSUPP);
	if (simultaneous) {
		kcov_reset(local);
		assert_int_equal(set_worker_going(), 0);
		assert_call_was_recorded(local);
		assert_worker_reported(remote);
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(local));
		assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(remote));
	}
	/* Neither is enabled now. */
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(local, KCOV_MODE_PC));
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(local));
	assert_kcov_ok(KCOV_CALL_ENABLE_REMOTE, kcov_enable_remote(remote, NULL));
	kcov_close(local);
	kcov_close(remote);
}

static void a_thread_that_is_busy_is_not_taken_for_an_old_kernel(void **state)
{
	struct kcov *mine = listen_as(NULL), *local = live_open(), *remote = live_open();

	(void)state;
	assert_int_equal(kcov_enable_with_remote(local, KCOV_MODE_PC, remote, NULL), -EBUSY);
	kcov_close(mine);
	kcov_close(local);
	kcov_close(remote);
}

static void record_both(void)
{
	struct kcov *local = live_open();

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(local, KCOV_MODE_PC));
	kcov_reset(local);
	assert_int_equal(set_worker_going(), 0);
	assert_call_was_recorded(local);
	assert_worker_reported(device);
	/* The first disable ends it, where a thread has one device at most. */
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(local));
	kcov_reset(device);
	assert_int_equal(set_worker_going(), 0);
	if (is_simultaneous())
		assert_worker_reported(device);
	else
		assert_nothing_reported(device);
	kcov_close(local);
}

static void a_thread_started_by_the_owner_has_both_until_it_disables(void **state)
{
	(void)state;
	device = listen_as(NULL);
	on_another_thread(record_both);
	kcov_close(device);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_arguments_are_refused_before_the_call),
		cmocka_unit_test(a_device_that_is_enabled_is_einval),
		cmocka_unit_test(a_subsystem_that_the_kernel_does_not_know_is_enxio),
		cmocka_unit_test(a_second_remote_device_of_a_thread_is_ebusy),
		cmocka_unit_test(a_handle_in_use_is_eexist),
		cmocka_unit_test(as_many_handles_as_the_kernel_takes_are_taken),
		cmocka_unit_test(only_the_owner_disables),
		cmocka_unit_test(a_worker_reports_to_the_common_handle),
		cmocka_unit_test(each_owner_gets_its_own_workers),
		cmocka_unit_test(a_child_carries_the_common_handle),
		cmocka_unit_test(a_child_from_before_feeds_whoever_takes_the_handle_again),
		cmocka_unit_test(exec_keeps_the_owner_and_its_handle),
		cmocka_unit_test(a_threads_exit_gives_its_handles_free),
		cmocka_unit_test(a_wait_without_records_ends_in_time),
		cmocka_unit_test(a_section_that_fills_its_area_is_doubted),
		cmocka_unit_test(a_full_device_is_doubted),
		cmocka_unit_test(the_hub_reports_what_is_plugged_in),
		cmocka_unit_test(the_hub_reports_comparisons_too),
		cmocka_unit_test(one_thread_has_both_or_is_told_that_it_cannot),
		cmocka_unit_test(a_thread_that_is_busy_is_not_taken_for_an_old_kernel),
		cmocka_unit_test(a_thread_started_by_the_owner_has_both_until_it_disables),
	};

	/* What exec_keeps_the_owner_and_its_handle becomes. */
	if (argc > 1 && strcmp(argv[1], "set-worker-going") == 0)
		return set_worker_going() ? 1 : 0;
	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, open_symbolizer, close_symbolizer);
}
