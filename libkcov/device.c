// SPDX-License-Identifier: MIT
#include "buffer.h"
#include "opts.h"
#include "protect.h"
#include "sys.h"
#include "try.h"
#include "uapi.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* Low descriptors are what programs under test redirect. */
#define KCOV_FD_MIN 500

static int kcov_opts_read(const struct kcov_opts *opts, struct kcov_opts *ret)
{
	struct kcov_opts known = { .size = sizeof(known) };

	int err = kcov_opts_copy(opts, sizeof(known), &known);

	if (err)
		return err;
	if (!kcov_is_mode(known.mode) || (unsigned int)known.protection > KCOV_PROTECT_MPROTECT)
		return -EINVAL;
	if (!known.path)
		known.path = KCOV_DEFAULT_PATH;
	if (!known.capacity)
		known.capacity = KCOV_DEFAULT_CAPACITY;
	*ret = known;
	return 0;
}

/*
 * mmap() takes the exact size of the buffer only, and maps whole pages only: so
 * the buffer must fill them, whatever their size is here.
 */
static int kcov_opts_words(const struct kcov_opts *opts, size_t *ret)
{
	const size_t max = INT_MAX / sizeof(uint64_t);
	const size_t entry = kcov_record_words(opts->mode);
	const size_t page = kcov_sys_page_size() / sizeof(uint64_t);
	size_t words;

	if (opts->capacity > (max - 1) / entry)
		return -EINVAL;
	words = opts->capacity * entry + 1;
	words = (words + page - 1) / page * page;
	if (words > max)
		return -EINVAL;
	*ret = words;
	return 0;
}

static int kcov_device_open(const char *path)
{
	int fd = kcov_sys_open(path);
	int high;

	if (fd == -ENOENT && kcov_sys_is_on_debugfs(path))
		return -ENODEV;
	if (fd < 0)
		return fd;
	high = kcov_sys_dup_above(fd, KCOV_FD_MIN);
	if (high < 0)
		return fd;
	kcov_sys_close(fd);
	return high;
}

/* A buffer that nobody can write to is reset by the kernel alone. */
static int kcov_device_protect(struct kcov *kcov, enum kcov_protection wanted)
{
	int err;

	if (wanted != KCOV_PROTECT_AUTO && wanted != KCOV_PROTECT_READ_ONLY)
		return kcov_protect(kcov, wanted);
	err = kcov_try_reset_trace(kcov);
	if (!err)
		return kcov_protect(kcov, KCOV_PROTECT_READ_ONLY);
	return err == -EOPNOTSUPP && wanted == KCOV_PROTECT_AUTO ? kcov_protect(kcov, wanted) : err;
}

KCOV_PUBLIC int kcov_open(const struct kcov_opts *opts, struct kcov **ret)
{
	struct kcov_opts known;
	struct kcov *kcov;
	size_t words;
	int err;

	err = kcov_opts_read(opts, &known);
	if (err)
		return err;
	err = kcov_opts_words(&known, &words);
	if (err)
		return err;
	kcov = calloc(1, sizeof(*kcov));
	if (!kcov)
		return -ENOMEM;
	kcov->words = words;
	kcov->fd = kcov_device_open(known.path);
	if (kcov->fd < 0) {
		err = kcov->fd;
		goto err_free;
	}
	err = kcov_sys_ioctl(kcov->fd, KCOV_INIT_TRACE64, words);
	if (err)
		goto err_close;
	err = kcov_buffer_map(kcov);
	if (err)
		goto err_close;
	err = kcov_device_protect(kcov, known.protection);
	if (err)
		goto err_unmap;
	*ret = kcov;
	return 0;

err_unmap:
	kcov_buffer_unmap(kcov);
err_close:
	kcov_sys_close(kcov->fd);
err_free:
	free(kcov);
	return err;
}

KCOV_PUBLIC int kcov_close(struct kcov *kcov)
{
	int err = 0;

	if (!kcov)
		return 0;
	/* After fork() owner is the parent's: the kernel then says EINVAL, rightly. */
	if (kcov->owner == kcov_self())
		kcov_disable(kcov);
	else if (kcov->owner)
		err = -EBUSY;
	kcov_buffer_unmap(kcov);
	kcov_sys_close(kcov->fd);
	free(kcov);
	return err;
}

KCOV_PUBLIC int kcov_prepare_exec(struct kcov *kcov)
{
	return kcov_buffer_shrink(kcov, kcov_sys_page_size() / sizeof(uint64_t));
}

KCOV_PUBLIC size_t kcov_capacity(const struct kcov *kcov, enum kcov_mode mode)
{
	return kcov_words_to_entries(kcov->words, mode);
}

KCOV_PUBLIC int kcov_fd(const struct kcov *kcov)
{
	return kcov->fd;
}
