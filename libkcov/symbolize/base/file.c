// SPDX-License-Identifier: MIT
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
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

static int file_size(int fd, uint64_t *ret)
{
	struct stat st;
	int rc = status(fd, &st);

	if (rc == 0)
		*ret = (uint64_t)st.st_size;
	return rc;
}

static void fill_state(const struct stat *st, struct kcov_file_state *ret)
{
	*ret = (struct kcov_file_state){
		.size = (uint64_t)st->st_size,
		.written = { st->st_mtim.tv_sec, st->st_mtim.tv_nsec },
		.changed = { st->st_ctim.tv_sec, st->st_ctim.tv_nsec },
	};
}

int kcov_file_state(int fd, struct kcov_file_state *ret)
{
	struct stat st;
	int rc = status(fd, &st);

	if (rc == 0)
		fill_state(&st, ret);
	return rc;
}

int kcov_file_state_at(const char *path, struct kcov_file_state *ret)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	fill_state(&st, ret);
	return 0;
}

#define SETTLED_SECONDS 2

bool kcov_file_is_settled(const struct kcov_file_state *state)
{
	struct timespec now;

	/* Fails only on a bad pointer. */
	clock_gettime(CLOCK_REALTIME, &now);
	return state->changed[0] < now.tv_sec - SETTLED_SECONDS;
}

int kcov_file_real_path(const char *path, char **ret)
{
	*ret = realpath(path, NULL);
	return *ret ? 0 : -errno;
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

int kcov_file_list(const char *path, int (*each)(void *context, const char *name), void *context)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	int rc = 0;

	if (!directory)
		return -errno;
	while (rc == 0 && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = each(context, entry->d_name);
	closedir(directory);
	return rc;
}

static int map(int fd, int protection, int flags, void **ret, size_t *ret_size)
{
	uint64_t size = 0;
	int rc = file_size(fd, &size);
	void *at;

	if (rc < 0)
		return rc;
	if (!size)
		return -ENODATA;
	if (size > SIZE_MAX)
		return -EFBIG;
	at = mmap(NULL, (size_t)size, protection, MAP_PRIVATE | flags, fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	*ret = at;
	*ret_size = (size_t)size;
	return 0;
}

int kcov_file_number(const char *path, uint64_t *ret)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int kcov_file_map(int fd, const void **ret, size_t *ret_size)
{
	void *at = NULL;
	/* Who asks reads all of it: at one go instead of a page fault for every few pages. */
	int rc = map(fd, PROT_READ, MAP_POPULATE, &at, ret_size);

	if (rc == 0)
		*ret = at;
	return rc;
}

int kcov_file_map_private(int fd, void **ret, size_t *ret_size)
{
	/* Next to nothing of it is written, so that it may be larger than memory. */
	return map(fd, PROT_READ | PROT_WRITE, MAP_NORESERVE, ret, ret_size);
}

void kcov_file_map_read(void *map, size_t size)
{
	/* Before Linux 5.14 there is none, and it takes the page faults. */
	madvise(map, size, MADV_POPULATE_READ);
}

/* What is never touched takes no memory. */
static void *map_zeros(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

int kcov_file_map_copy(const void *data, size_t size, void **ret)
{
	void *at = map_zeros(size);

	if (!at)
		return -ENOMEM;
	memcpy(at, data, size);
	*ret = at;
	return 0;
}

int kcov_file_map_grow(void **map, size_t *size, size_t more, size_t *ret)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t before = (*size + page - 1) & ~(page - 1);
	void *at = more <= SIZE_MAX - before ? map_zeros(before + more) : NULL;

	if (!at)
		return -ENOMEM;
	if (mremap(*map, before, before, MREMAP_MAYMOVE | MREMAP_FIXED, at) == MAP_FAILED) {
		munmap(at, before + more);
		return -ENOMEM;
	}
	*map = at;
	*size = before + more;
	*ret = before;
	return 0;
}

void kcov_file_unmap(const void *at, size_t size)
{
	munmap((void *)(uintptr_t)at, size);
}

int kcov_file_make_directory(const char *path)
{
	return mkdir(path, 0700) ? -errno : 0;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int kcov_file_write_new(char *path, const void *data, size_t size)
{
	int fd = mkostemp(path, O_CLOEXEC);
	int rc;

	if (fd < 0)
		return -errno;
	rc = write_all(fd, data, size);
	if (close(fd) && rc == 0)
		rc = -errno;
	if (rc < 0)
		unlink(path);
	return rc;
}

int kcov_file_rename(const char *from, const char *to)
{
	int rc;

	if (!rename(from, to))
		return 0;
	rc = -errno;
	unlink(from);
	return rc;
}

int kcov_file_touch(int fd)
{
	return futimens(fd, NULL) ? -errno : 0;
}

int kcov_file_remove(const char *path)
{
	return unlink(path) ? -errno : 0;
}

int kcov_file_link(const char *text, const char *path)
{
	int rc = symlink(text, path) ? -errno : 0;

	if (rc == -EEXIST && unlink(path) == 0)
		rc = symlink(text, path) ? -errno : 0;
	return rc;
}

int kcov_file_read_link(const char *path, char *ret, size_t size)
{
	ssize_t n = readlink(path, ret, size);

	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	ret[n] = '\0';
	return 0;
}
