// SPDX-License-Identifier: MIT
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_SIZE 65536u

static int status(int fd, struct stat *ret)
{
	return fstat(fd, ret) ? -errno : 0;
}

int kcov_file_open(const char *path)
{
	/* Without O_NONBLOCK a FIFO would keep us waiting for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int rc;

	if (fd < 0)
		return -errno;
	rc = status(fd, &st);
	if (rc == 0 && !S_ISREG(st.st_mode))
		rc = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (rc < 0) {
		close(fd);
		return rc;
	}
	return fd;
}

void kcov_file_close(int fd)
{
	close(fd);
}

int kcov_file_size(int fd, uint64_t *ret)
{
	struct stat st;
	int rc = status(fd, &st);

	if (rc == 0)
		*ret = (uint64_t)st.st_size;
	return rc;
}

static ssize_t read_some(int fd, char *buffer, size_t size)
{
	ssize_t got;

	do
		got = read(fd, buffer, size);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

int kcov_file_read(const char *path, size_t limit, char **ret, size_t *ret_size)
{
	_cleanup_fd_ int fd = kcov_file_open(path);
	_cleanup_free_ char *data = NULL;
	size_t size = 0, room = 0;
	ssize_t got;

	if (fd < 0)
		return fd;
	do {
		if (room - size < READ_SIZE) {
			char *more = realloc(data, room ? room * 2 : 2 * READ_SIZE);

			if (!more)
				return -ENOMEM;
			data = more;
			room = room ? room * 2 : 2 * READ_SIZE;
		}
		/* One byte less, for the NUL. */
		got = read_some(fd, data + size, READ_SIZE - 1);
		if (got < 0)
			return (int)got;
		size += (size_t)got;
	} while (got > 0 && size < limit);
	data[size] = '\0';
	*ret = TAKE_PTR(data);
	*ret_size = size;
	return 0;
}
