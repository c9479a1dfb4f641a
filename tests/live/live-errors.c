// SPDX-License-Identifier: MIT
/*
 * Each error that include/kcov/kcov.h documents and this kernel can be made to give.
 * Those that it cannot give (524 on a kernel with comparisons, EPERM without lockdown,
 * EMFILE and the like, which are not kcov's) are in tests/unit, from a script.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_error(const char *path, size_t capacity)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .path = path, .capacity = capacity };
	struct kcov *kcov;
	int err = kcov_open(&opts, &kcov);

	if (!err)
		kcov_close(kcov);
	return err;
}

static void no_debugfs_is_enoent(void **state)
{
	(void)state;
	assert_int_equal(open_error("/tmp/kcov", 0), -ENOENT);
	assert_int_equal(open_error("/no/such/directory/kcov", 0), -ENOENT);
}

static void debugfs_without_kcov_is_enodev(void **state)
{
	(void)state;
	assert_int_equal(open_error("/sys/kernel/debug/kcov-is-not-here", 0), -ENODEV);
}

static void another_user_is_eacces(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(setuid(65534) ? 99 : -open_error(NULL, 0));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EACCES);
}

static void another_device_is_enotty(void **state)
{
	(void)state;
	assert_int_equal(open_error("/dev/null", 0), -ENOTTY);
}

static void a_buffer_larger_than_memory_is_enomem(void **state)
{
	(void)state;
	/* Just below the kernel's own limit of 2 GiB; the guest has half of that. */
	assert_int_equal(open_error(NULL, 268000000), -ENOMEM);
}

static void a_size_out_of_range_is_einval_in_the_kernel(void **state)
{
	int fd = open(KCOV_DEFAULT_PATH, O_RDWR);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, KCOV_INIT_TRACE, 1), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(ioctl(fd, KCOV_INIT_TRACE, 0x7fffffff / 8 + 1), -1);
	assert_int_equal(errno, EINVAL);
	close(fd);
}

static void a_second_init_trace_is_ebusy(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_int_equal(ioctl(kcov_fd(kcov), KCOV_INIT_TRACE, 512), -1);
	assert_int_equal(errno, EBUSY);
	kcov_close(kcov);
}

static void a_mapping_of_another_size_is_einval(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_ptr_equal(mmap(NULL, 4096, PROT_READ, MAP_SHARED, kcov_fd(kcov), 0), MAP_FAILED);
	assert_int_equal(errno, EINVAL);
	kcov_close(kcov);
}

static void a_device_that_is_enabled_is_einval(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(kcov_enable(kcov, KCOV_MODE_PC), -EINVAL);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	kcov_close(kcov);
}

static void *enable(void *kcov)
{
	return (void *)(intptr_t)kcov_enable(kcov, KCOV_MODE_PC);
}

static void *disable(void *kcov)
{
	return (void *)(intptr_t)kcov_disable(kcov);
}

static int on_another_thread(void *(*run)(void *), struct kcov *kcov)
{
	pthread_t thread;
	void *result;

	assert_int_equal(pthread_create(&thread, NULL, run, kcov), 0);
	assert_int_equal(pthread_join(thread, &result), 0);
	return (int)(intptr_t)result;
}

static void a_device_that_another_thread_enabled_is_einval(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(on_another_thread(enable, kcov), -EINVAL);
	assert_int_equal(on_another_thread(disable, kcov), -EINVAL);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	kcov_close(kcov);
}

static void a_thread_that_records_is_ebusy(void **state)
{
	struct kcov *first = live_open(), *second = live_open();
	unsigned int features = 42;

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(first, KCOV_MODE_PC));
	assert_int_equal(kcov_enable(second, KCOV_MODE_PC), -EBUSY);
	assert_int_equal(kcov_features(NULL, &features), -EBUSY);
	assert_int_equal(features, 42);
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(first));
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(second, KCOV_MODE_PC));
	kcov_close(second);
	kcov_close(first);
}

static void an_unknown_mode_is_einval(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_int_equal(kcov_enable(kcov, (enum kcov_mode)7), -EINVAL);
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	kcov_close(kcov);
}

static void disable_without_enable_is_einval(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_int_equal(kcov_disable(kcov), -EINVAL);
	kcov_close(kcov);
}

static void disable_with_an_argument_is_einval_in_the_kernel(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	assert_int_equal(ioctl(kcov_fd(kcov), KCOV_DISABLE, 1), -1);
	assert_int_equal(errno, EINVAL);
	kcov_close(kcov);
}

static void an_unknown_ioctl_is_enotty_in_the_kernel(void **state)
{
	struct kcov *kcov = live_open();

	(void)state;
	assert_int_equal(ioctl(kcov_fd(kcov), _IO('c', 99), 0), -1);
	assert_int_equal(errno, ENOTTY);
	kcov_close(kcov);
}

static void this_kernel_has_what_every_lab_kernel_has(void **state)
{
	const unsigned int all =
		KCOV_FEATURE_PC | KCOV_FEATURE_CMP | KCOV_FEATURE_REMOTE | KCOV_FEATURE_KASLR;
	unsigned int features = 0;

	(void)state;
	assert_kcov_ok(KCOV_CALL_FEATURES, kcov_features(NULL, &features));
	/* What else a kernel has is its own affair: the suite asks the doctor. */
	assert_int_equal(features & all, all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_debugfs_is_enoent),
		cmocka_unit_test(debugfs_without_kcov_is_enodev),
		cmocka_unit_test(another_user_is_eacces),
		cmocka_unit_test(another_device_is_enotty),
		cmocka_unit_test(a_buffer_larger_than_memory_is_enomem),
		cmocka_unit_test(a_size_out_of_range_is_einval_in_the_kernel),
		cmocka_unit_test(a_second_init_trace_is_ebusy),
		cmocka_unit_test(a_mapping_of_another_size_is_einval),
		cmocka_unit_test(a_device_that_is_enabled_is_einval),
		cmocka_unit_test(a_device_that_another_thread_enabled_is_einval),
		cmocka_unit_test(a_thread_that_records_is_ebusy),
		cmocka_unit_test(an_unknown_mode_is_einval),
		cmocka_unit_test(disable_without_enable_is_einval),
		cmocka_unit_test(disable_with_an_argument_is_einval_in_the_kernel),
		cmocka_unit_test(an_unknown_ioctl_is_enotty_in_the_kernel),
		cmocka_unit_test(this_kernel_has_what_every_lab_kernel_has),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
