// SPDX-License-Identifier: MIT
#include "recover.h"

#include "../text/error.h"
#include "before-images.h"
#include "wal-damage.h"
#include "writer-lock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	/* How often, 10 ms apart, one waits for another that makes a checkpoint or restores it. */
	TRIES = 200,
};

/* NULL: no memory, which was told. */
static char *wal_of(const char *path)
{
	char *ret;

	if (asprintf(&ret, "%s-wal", path) >= 0)
		return ret;
	error_tell("out of memory");
	return NULL;
}

/* All that a checkpoint writes is there, too, and SQLite goes by that. */
static bool has_wal(const char *wal)
{
	struct stat st;

	return !stat(wal, &st) && st.st_size > 0;
}

/* 0 or -errno; -EAGAIN: another one writes the file. */
static int restore_once(int fd, bool is_locked)
{
	int err = is_locked ? 0 : writer_lock_test(fd);

	if (err)
		return err > 0 ? -EAGAIN : err;
	if (!is_locked)
		err = writer_lock_take(fd);
	if (!err)
		err = before_images_restore(fd);
	if (!is_locked)
		writer_lock_drop(fd);
	return err;
}

static int restore(const char *path, const char *wal, int fd, bool is_locked)
{
	const struct timespec moment = { .tv_nsec = 10000000 };
	int err = 0;

	for (int i = 0; i < TRIES; i++) {
		err = before_images_find(fd);
		if (err > 0)
			err = restore_once(fd, is_locked);
		if (err != -EAGAIN)
			break;
		nanosleep(&moment, NULL);
	}
	/* It is alive, and has what it writes in its WAL. */
	if (!err || err == -EAGAIN || (err == -EBADMSG && has_wal(wal)))
		return 0;
	if (err == -EBADMSG)
		error_tell(
			"cannot read %s: it was copied while kcovctl wrote into it: copy it with "
			"its -wal, or when kcovctl has ended",
			path);
	else if (err == -EBADF)
		error_tell(
			"cannot read %s: kcovctl was killed while it wrote into it: to be read, it "
			"has to be writable; or copy it",
			path);
	else
		error_tell("cannot restore %s: %s", path, strerror(-err));
	return -1;
}

/* Who begins to write the file while it is looked at is there afterwards, or its WAL is gone. */
static int check_wal(const char *path, const char *wal, int fd)
{
	struct wal_damage damage;
	int err = writer_lock_test(fd) > 0 ? 0 : wal_damage_find(wal, &damage);

	if (err > 0 && writer_lock_test(fd) > 0)
		err = 0;
	if (err > 0 && damage.frame)
		error_tell("%s is damaged: frame %zu of %zu is not as it was written; without it, "
			   "moved away, %s has what was recorded until a second before",
			   wal, damage.frame, damage.n, path);
	else if (err > 0)
		error_tell("%s is damaged: its header is not as it was written; without it, moved "
			   "away, %s has what was recorded until a second before",
			   wal, path);
	else if (err < 0)
		error_tell("cannot read %s: %s", wal, strerror(-err));
	return err ? -1 : 0;
}

int recover_has_wal(const char *path)
{
	char *wal = wal_of(path);
	int ret = wal ? access(wal, F_OK) == 0 : -1;

	free(wal);
	return ret;
}

int recover(const char *path, int fd, bool is_locked)
{
	char *wal = wal_of(path);
	int err = wal ? restore(path, wal, fd, is_locked) : -1;

	if (!err)
		err = check_wal(path, wal, fd);
	free(wal);
	return err;
}
