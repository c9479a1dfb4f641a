/* SPDX-License-Identifier: MIT */
#ifndef KCOV_TESTS_WATCHED_FILES_H
#define KCOV_TESTS_WATCHED_FILES_H

#include "sums-fixture.h"

/* Files of databases, below the VFS with sums, of which a test sees each write: half of it, and
 * all. */

enum watched {
	WATCHED_DATABASE,
	WATCHED_WAL,
	N_WATCHED,
};

/* Called behind each; NULL: nobody watches. */
static void (*watch)(enum watched what);

/* This many writes to a database succeed; -1: all do. */
static int writes_left = -1;

static const sqlite3_io_methods *real_methods;
static sqlite3_vfs *real_vfs;

static inline int write_watched(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 at,
				enum watched what)
{
	int rc;

	if (what == WATCHED_DATABASE && writes_left >= 0 && writes_left-- == 0) {
		writes_left = 0;
		return SQLITE_FULL;
	}
	if (watch && n > 4096) {
		rc = real_methods->xWrite(file, buffer, n / 2, at);
		assert_int_equal(rc, SQLITE_OK);
		watch(what);
	}
	rc = real_methods->xWrite(file, buffer, n, at);
	if (watch)
		watch(what);
	return rc;
}

static inline int write_database(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 at)
{
	return write_watched(file, buffer, n, at, WATCHED_DATABASE);
}

static inline int write_wal(sqlite3_file *file, const void *buffer, int n, sqlite3_int64 at)
{
	return write_watched(file, buffer, n, at, WATCHED_WAL);
}

static inline int truncate_database(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = real_methods->xTruncate(file, size);

	if (watch)
		watch(WATCHED_DATABASE);
	return rc;
}

static inline int open_watched(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
			       int *ret)
{
	static sqlite3_io_methods methods[N_WATCHED];
	const int what = flags & SQLITE_OPEN_WAL ? WATCHED_WAL : WATCHED_DATABASE;
	int rc = real_vfs->xOpen(vfs, name, file, flags, ret);

	if (rc != SQLITE_OK || !(flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_DB)))
		return rc;
	real_methods = file->pMethods;
	methods[what] = *real_methods;
	methods[what].xWrite = what == WATCHED_WAL ? write_wal : write_database;
	if (what == WATCHED_DATABASE)
		methods[what].xTruncate = truncate_database;
	file->pMethods = &methods[what];
	return rc;
}

/* Before page_sums_register(). */
static inline int watch_files(void)
{
	static sqlite3_vfs vfs;

	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.pNext = NULL;
	vfs.zName = "watched";
	vfs.xOpen = open_watched;
	return sqlite3_vfs_register(&vfs, 1);
}

/* A group of tests has a directory of its own, made of a template; and the databases full and copy.
 */
static inline int begin_watched(char *directory)
{
	return !mkdtemp(directory) || chdir(directory) || watch_files() || page_sums_register();
}

static inline int end_watched(const char *directory)
{
	remove_database("full");
	remove_database("copy");
	return chdir("/") || rmdir(directory);
}

#endif
