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

/*
 * Read a file whose size is not known before, as those of /proc, up to limit bytes,
 * into memory that the caller frees. A NUL that is not counted follows. Returns 0
 * or -errno.
 */
int kcov_file_read(const char *path, size_t limit, char **ret, size_t *ret_size);

/*
 * Call each with the name of every file in a directory, until it fails. Returns 0, -errno, or
 * what each returned.
 */
int kcov_file_list(const char *path, int (*each)(void *context, const char *name), void *context);

/* The number of a file or a directory, which no other one has. Returns 0 or -errno. */
int kcov_file_number(const char *path, uint64_t *ret);

/* Map a whole file, to be read. Returns 0 or -errno; -ENODATA: it is empty. */
int kcov_file_map(int fd, const void **ret, size_t *ret_size);

/* The same, and what is written there stays in memory. */
int kcov_file_map_private(int fd, void **ret, size_t *ret_size);

/* As if so many bytes, which are copied, were a file that is mapped so. Returns 0 or -ENOMEM. */
int kcov_file_map_copy(const void *data, size_t size, void **ret);

/*
 * Add so many bytes of zeros behind what was mapped privately or copied, from the next page on: at
 * the offset that is returned last. The map moves. Returns 0 or -ENOMEM.
 */
int kcov_file_map_grow(void **map, size_t *size, size_t more, size_t *ret);

void kcov_file_unmap(const void *at, size_t size);

/* Returns 0 or -errno. */
int kcov_file_make_directory(const char *path);

/*
 * Write a file of a new name, which is made of the X's that path ends in. Whatever fails, no
 * such file stays behind. Returns 0 or -errno.
 */
int kcov_file_write_new(char *path, const void *data, size_t size);

/* Rename a file over another one; where that fails it is removed. Returns 0 or -errno. */
int kcov_file_rename(const char *from, const char *to);

#define _cleanup_fd_ _cleanup_(kcov_file_closep)

static inline void kcov_file_closep(int *fd)
{
	if (*fd >= 0)
		kcov_file_close(*fd);
}

#endif
