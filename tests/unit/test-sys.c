// SPDX-License-Identifier: MIT
#include "unit.h"

#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdlib.h>
#include <unistd.h>

static void errno_comes_back_negative(void **state)
{
	uint64_t *area;

	(void)state;
	assert_int_equal(kcov_sys_open("/does/not/exist"), -ENOENT);
	assert_int_equal(kcov_sys_close(-1), -EBADF);
	assert_int_equal(kcov_sys_dup_above(-1, 10), -EBADF);
	assert_int_equal(kcov_sys_ioctl(-1, _IO('c', 101), 0), -EBADF);
	assert_int_equal(kcov_sys_ioctl_ptr(-1, _IO('c', 102), NULL), -EBADF);
	assert_int_equal(kcov_sys_map(-1, 4096, &area), -EBADF);
	assert_int_equal(kcov_sys_unmap((uint64_t *)1, 4096), -EINVAL);
}

static void descriptors_are_close_on_exec(void **state)
{
	char path[] = "/tmp/kcov-test-XXXXXX";
	int made = mkstemp(path);
	int fd = kcov_sys_open(path);
	int high = kcov_sys_dup_above(fd, 100);

	(void)state;
	assert_true(fd >= 0);
	assert_true(high >= 100);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(high, F_GETFD) & FD_CLOEXEC);
	close(made);
	close(fd);
	close(high);
	unlink(path);
}

static void a_mapping_is_shared(void **state)
{
	char path[] = "/tmp/kcov-test-XXXXXX";
	int fd = mkstemp(path);
	size_t size = kcov_sys_page_size();
	uint64_t *area, seen;

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(kcov_sys_map(fd, size, &area), 0);
	area[1] = 42;
	assert_int_equal(pread(fd, &seen, sizeof(seen), 8), 8);
	assert_int_equal(seen, 42);
	assert_int_equal(kcov_sys_unmap(area, size), 0);
	close(fd);
	unlink(path);
}

static void only_debugfs_is_debugfs(void **state)
{
	(void)state;
	assert_false(kcov_sys_is_on_debugfs("/proc/self/kcov"));
	assert_false(kcov_sys_is_on_debugfs("/kcov"));
	assert_false(kcov_sys_is_on_debugfs("kcov"));
	assert_false(kcov_sys_is_on_debugfs("/does/not/exist/kcov"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errno_comes_back_negative),
		cmocka_unit_test(descriptors_are_close_on_exec),
		cmocka_unit_test(a_mapping_is_shared),
		cmocka_unit_test(only_debugfs_is_debugfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
