// SPDX-License-Identifier: MIT
#include "unit.h"

#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static void errno_comes_back_negative(void **state)
{
	const size_t page = kcov_sys_page_size();
	char byte;

	(void)state;
	assert_int_equal(kcov_sys_open("/does/not/exist"), -ENOENT);
	assert_int_equal(kcov_sys_open_to_read("/does/not/exist"), -ENOENT);
	assert_int_equal(kcov_sys_close(-1), -EBADF);
	assert_int_equal(kcov_sys_read(-1, &byte, 1), -EBADF);
	assert_int_equal(kcov_sys_dup_above(-1, 10), -EBADF);
	assert_int_equal(kcov_sys_ioctl(-1, _IO('c', 101), 0), -EBADF);
	assert_int_equal(kcov_sys_ioctl_ptr(-1, _IO('c', 102), NULL), -EBADF);
	assert_int_equal(kcov_sys_map(-1, NULL, page), -EBADF);
	assert_int_equal(kcov_sys_unmap((void *)1, page), -EINVAL);
	assert_int_equal(kcov_sys_protect((void *)1, page, true), -EINVAL);
	assert_int_equal(kcov_sys_unmap_to_reserve((void *)1, page), -EINVAL);
	assert_true(kcov_sys_pkey_protect((void *)1, page, 0) < 0);
	assert_int_equal(kcov_sys_pkey_free(1000), -EINVAL);
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
	void *at;

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	assert_int_equal(kcov_sys_reserve(size, &at), 0);
	assert_int_equal(kcov_sys_map(fd, at, size), 0);
	area = at;
	area[1] = 42;
	assert_int_equal(pread(fd, &seen, sizeof(seen), 8), 8);
	assert_int_equal(seen, 42);
	assert_int_equal(kcov_sys_unmap(area, size), 0);
	close(fd);
	unlink(path);
}

/* write(2) instead of a store: EFAULT instead of a signal. */
static bool can_be_read(const void *at)
{
	int pipes[2];
	bool can;

	assert_int_equal(pipe(pipes), 0);
	can = write(pipes[1], at, 1) == 1;
	close(pipes[0]);
	close(pipes[1]);
	return can;
}

static void reserved_addresses_cannot_be_accessed(void **state)
{
	const size_t page = kcov_sys_page_size();
	void *at;

	(void)state;
	assert_int_equal(kcov_sys_reserve(2 * page, &at), 0);
	assert_false(can_be_read(at));
	assert_int_equal(kcov_sys_protect(at, page, false), 0);
	assert_true(can_be_read(at));
	assert_false(can_be_read((char *)at + page));
	assert_int_equal(kcov_sys_unmap_to_reserve(at, page), 0);
	assert_false(can_be_read(at));
	assert_int_equal(kcov_sys_unmap(at, 2 * page), 0);
}

static void the_clock_goes_on_while_it_sleeps(void **state)
{
	const uint64_t before = kcov_sys_now_ms();

	(void)state;
	kcov_sys_sleep_ms(20);
	assert_true(kcov_sys_now_ms() >= before + 20);
}

static void random_numbers_differ(void **state)
{
	uint32_t first = 0, next = 0;
	int same = 0;

	(void)state;
	assert_int_equal(kcov_sys_random(&first), 0);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(kcov_sys_random(&next), 0);
		same += next == first;
	}
	assert_true(same < 8);
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
		cmocka_unit_test(reserved_addresses_cannot_be_accessed),
		cmocka_unit_test(the_clock_goes_on_while_it_sleeps),
		cmocka_unit_test(random_numbers_differ),
		cmocka_unit_test(only_debugfs_is_debugfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
