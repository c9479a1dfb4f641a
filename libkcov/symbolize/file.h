/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FILE_H
#define KCOV_SYMBOLIZE_FILE_H

#include "cleanup.h"

#include <stddef.h>
#include <stdint.h>

/* The system calls on files, and the one reader of errno. */

/* Open a regular file to read. Returns a file descriptor or -errno; -EINVAL: not regular. */
int kcov_file_open(const char *path);

void kcov_file_close(int fd);

/* Returns 0 or -errno. */
int kcov_file_size(int fd, uint64_t *ret);

/*
 * Read a file whose size is not known before, as those of /proc, up to limit bytes,
 * into memory that the caller frees. A NUL that is not counted follows. Returns 0
 * or -errno.
 */
int kcov_file_read(const char *path, size_t limit, char **ret, size_t *ret_size);

#define _cleanup_fd_ _cleanup_(kcov_file_closep)

static inline void kcov_file_closep(int *fd)
{
	if (*fd >= 0)
		kcov_file_close(*fd);
}

#endif
