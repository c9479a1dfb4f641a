// SPDX-License-Identifier: MIT
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int kcov_sys_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int kcov_sys_open_to_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int kcov_sys_close(int fd)
{
	return close(fd) ? -errno : 0;
}

int kcov_sys_dup_above(int fd, int min_fd)
{
	int dup = fcntl(fd, F_DUPFD_CLOEXEC, min_fd);

	return dup < 0 ? -errno : dup;
}

int kcov_sys_read(int fd, void *buffer, size_t size)
{
	ssize_t count = read(fd, buffer, size);

	return count < 0 ? -errno : (int)count;
}

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

static int kcov_sys_mmap(void *at, size_t size, int protection, int flags, int fd, void **ret)
{
	void *area = mmap(at, size, protection, flags, fd, 0);

	if (area == MAP_FAILED)
		return -errno;
	*ret = area;
	return 0;
}

int kcov_sys_reserve(size_t size, void **ret)
{
	return kcov_sys_mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
			     ret);
}

int kcov_sys_map(int fd, void *at, size_t size)
{
	return kcov_sys_mmap(at, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, &at);
}

int kcov_sys_unmap_to_reserve(void *at, size_t size)
{
	return kcov_sys_mmap(at, size, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, &at);
}

int kcov_sys_unmap(void *at, size_t size)
{
	return munmap(at, size) ? -errno : 0;
}

int kcov_sys_protect(void *at, size_t size, bool writable)
{
	return mprotect(at, size, PROT_READ | (writable ? PROT_WRITE : 0)) ? -errno : 0;
}

int kcov_sys_pkey_alloc(void)
{
	int pkey = pkey_alloc(0, PKEY_DISABLE_WRITE);

	return pkey < 0 ? -errno : pkey;
}

int kcov_sys_pkey_free(int pkey)
{
	return pkey_free(pkey) ? -errno : 0;
}

int kcov_sys_pkey_protect(void *at, size_t size, int pkey)
{
	return pkey_mprotect(at, size, PROT_READ | PROT_WRITE, pkey) ? -errno : 0;
}

int kcov_sys_pkey_set(int pkey, bool writable)
{
	return pkey_set(pkey, writable ? 0 : PKEY_DISABLE_WRITE) ? -errno : 0;
}

int kcov_sys_random(uint32_t *ret)
{
	uint32_t value;

	/* Up to 256 bytes come whole, signals or not. */
	if (getrandom(&value, sizeof(value), 0) < 0)
		return -errno;
	*ret = value;
	return 0;
}

int kcov_sys_barrier(void)
{
	return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) ? -errno : 0;
}

uint64_t kcov_sys_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void kcov_sys_sleep_ms(unsigned int ms)
{
	const struct timespec time = { .tv_sec = (time_t)(ms / 1000),
				       .tv_nsec = (long)(ms % 1000) * 1000000 };

	clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

bool kcov_sys_is_on_debugfs(const char *path)
{
	char dir[PATH_MAX];
	struct statfs fs;
	const char *slash = strrchr(path, '/');
	int len = slash ? (int)(slash - path) + 1 : 0;

	/* "/sys/kernel/debug/kcov" becomes "/sys/kernel/debug/.", "kcov" becomes ".". */
	if (snprintf(dir, sizeof(dir), "%.*s.", len, path) >= (int)sizeof(dir))
		return false;
	return statfs(dir, &fs) == 0 && fs.f_type == DEBUGFS_MAGIC;
}

size_t kcov_sys_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}
