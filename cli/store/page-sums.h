/* SPDX-License-Identifier: MIT */
/*
 * A VFS of SQLite that keeps a checksum at the end of every page of a database and of its WAL.
 * SQLite itself does not notice a flipped bit in a value. With this VFS it is SQLITE_IOERR_DATA to
 * read a page that is not as it was written, that is another page's, or that is cut short.
 *
 * The last PAGE_SUMS_RESERVED bytes of a page are not SQLite's. XXH3 over the bytes before them,
 * seeded with the page's number, is in the first 8 of them, little-endian. No sum covers the other
 * 8. In the WAL they balance what the first 8 change: when SQLite hands us a frame's page it has
 * already computed the frame's own checksum. In the database they say which checkpoint wrote the
 * page (page-stamp.h): a file that was copied while pages went into it is told (checkpoint.h).
 *
 * A program without this VFS, such as the shell sqlite3, can read these files. If it writes to one,
 * the pages that it writes have no sum of ours, and this VFS calls them damaged.
 *
 * All is written in WAL mode, once that is set: with a rollback journal SQLite leaves out free
 * pages, which then have no sum. A WAL from a machine of the other byte order must be checkpointed
 * before it is written to: frames that are added to it would be balanced wrongly.
 *
 * What the sums of pages cannot tell:
 *
 * - That the disk lost a page that was written: an older one, whose sum is right, is still there.
 *
 * - That a database is cut off between two pages while its WAL has pages that lie behind. (Without
 *   a WAL, SQLite compares the file's size with its header.)
 *
 * - That a WAL was damaged before it is recovered. The first to open a database after all others
 *   closed it or were killed reads the WAL up to the first frame whose checksum, by SQLite, is
 *   wrong, takes that for the WAL's end, and reports nothing. wal-damage.h looks before that. While
 *   others have the database open, nobody reads frames in that way, and a damaged one is
 *   SQLITE_IOERR_DATA.
 */
#ifndef KCOVCTL_PAGE_SUMS_H
#define KCOVCTL_PAGE_SUMS_H

#include "page-layout.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

/* For sqlite3_open_v2(). It is not the default one. */
#define PAGE_SUMS_VFS "kcov-page-sums"

/* Once a process, or more often, before other threads use SQLite. Returns SQLite's codes. */
int page_sums_register(void);

/*
 * A new database, opened with this VFS, before anything is written to it: without its pages' size
 * and reserved bytes, writing fails with SQLITE_IOERR_WRITE. Returns SQLite's codes.
 */
int page_sums_prepare(sqlite3 *db);

struct page_damage {
	/* From 1 on, as SQLite counts them. In a damaged frame of a WAL it can be any number. */
	uint32_t page;
	/* Where the page begins in the file. */
	uint64_t offset;
	bool in_wal;
	/* It is as it was written, by a later checkpoint than page 1. */
	bool is_newer;
};

/*
 * The damaged page that was met first since the database was opened. False: none was, or it was
 * opened with another VFS. The database has the name "main", or that of ATTACH.
 */
bool page_sums_damage(sqlite3 *db, const char *name, struct page_damage *ret);

#endif
