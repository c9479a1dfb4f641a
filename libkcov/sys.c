// SPDX-License-Identifier: MIT
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

int kcov_sys_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

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

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) ? -errno : 0;
}

int kcov_sys_map(int fd, size_t size, uint64_t **ret)
{
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (area == MAP_FAILED)
		return -errno;
	*ret = area;
	return 0;
}

int kcov_sys_unmap(uint64_t *area, size_t size)
{
	return munmap(area, size) ? -errno : 0;
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
