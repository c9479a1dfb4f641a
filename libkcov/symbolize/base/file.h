/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_FILE_H
#define KCOV_SYMBOLIZE_FILE_H

#include "cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The system calls on files, and the one reader of errno. */

/* Open a regular file to read. Returns a file descriptor or -errno; -EINVAL: not regular. */
int kcov_file_open(const char *path);

void kcov_file_close(int fd);

/*
 * Of a regular file: as long as it is the same, nobody has written to it or put another one in its
 * place. No padding, so that it can be compared and summed up as bytes.
 */
struct kcov_file_state {
	uint64_t size;
	/* Seconds and nanoseconds. That of changes cannot be set, that of contents can. */
	int64_t written[2];
	int64_t changed[2];
};

int kcov_file_state(int fd, struct kcov_file_state *ret);

int kcov_file_state_at(const char *path, struct kcov_file_state *ret);

/*
 * Whether it was changed so long ago, 2 seconds, that a further change is sure to show: times are
 * no finer than a tick of the kernel's, or of a file system's that has none but whole seconds.
 */
bool kcov_file_is_settled(const struct kcov_file_state *state);

/* The path without symbolic links, to be freed by the caller. Returns 0 or -errno. */
int kcov_file_real_path(const char *path, char **ret);

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

/* All of what was mapped is about to be read: at one go instead of a page fault for some pages. */
void kcov_file_map_read(void *map, size_t size);

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

/* Let it be written to just now. Returns 0 or -errno. */
int kcov_file_touch(int fd);

/* Returns 0 or -errno. */
int kcov_file_remove(const char *path);

/*
 * A symbolic link with that text, which takes the place of another one. Returns 0 or -errno. To
 * read one, into room for size bytes with the NUL; -ENAMETOOLONG: it is longer.
 */
int kcov_file_link(const char *text, const char *path);
int kcov_file_read_link(const char *path, char *ret, size_t size);

#define _cleanup_fd_ _cleanup_(kcov_file_closep)

static inline void kcov_file_closep(int *fd)
{
	if (*fd >= 0)
		kcov_file_close(*fd);
}

#endif
