// SPDX-License-Identifier: MIT
#include "writer-lock.h"

#include <errno.h>
#include <fcntl.h>

enum {
	BYTE = 0x7fff0000,
};

static struct flock lock_of(short type)
{
	return (struct flock){ .l_type = type, .l_start = BYTE, .l_len = 1 };
}

int writer_lock_take(int fd)
{
	struct flock lock = lock_of(F_WRLCK);

	if (!fcntl(fd, F_OFD_SETLK, &lock))
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

int writer_lock_test(int fd)
{
	struct flock lock = lock_of(F_WRLCK);

	if (fcntl(fd, F_OFD_GETLK, &lock))
		return -errno;
	return lock.l_type != F_UNLCK;
}

void writer_lock_drop(int fd)
{
	struct flock lock = lock_of(F_UNLCK);

	fcntl(fd, F_OFD_SETLK, &lock);
}
