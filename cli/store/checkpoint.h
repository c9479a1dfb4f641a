/* SPDX-License-Identifier: MIT */
/*
 * A checkpoint, seen from the VFS, that nobody can see half of: what a database is without its WAL,
 * at any moment, is what it was before the checkpoint or what it is behind it.
 *
 * What pages were is kept (before-images.h) until all are written; page 1 comes last, and its stamp
 * says which checkpoint wrote it: a page with a later one is not of the same moment (a copy of the
 * file was made over some time). A checkpoint that a reader would keep from coming to its end
 * writes nothing.
 */
#ifndef KCOVCTL_CHECKPOINT_H
#define KCOVCTL_CHECKPOINT_H

#include "page-layout.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct checkpoint {
	/* SQLite has the lock of those that make one; it is about to write pages. */
	bool is_prepared;
	bool is_on;
	/* Readers, a bit each, that need pages as they are. */
	unsigned int readers;
	uint32_t generation;
	/* The size that the database will have, if it grows. */
	sqlite3_int64 size;
	/* What pages were: where that begins in the file; 0: there is none. */
	sqlite3_int64 images_at;
	uint32_t n_images;
	uint32_t n_pages;
	bool has_written;
	bool has_page_one;
	uint8_t page_one[PAGE_SUMS_PAGE_SIZE];
	/* What failed where SQLite does not ask. */
	int code;
};

/* What returns something returns SQLite's codes; file is that of the VFS below. */

/* SQLite locks or unlocks n of what is shared from an offset on, or fails to: code. */
void checkpoint_lock(struct checkpoint *checkpoint, int offset, int n, int flags, int code);

void checkpoint_begin(struct checkpoint *checkpoint, sqlite3_file *file);

/* The database will have this size. */
void checkpoint_grow(struct checkpoint *checkpoint, sqlite3_int64 size);

/* A page with its sum, and room for a stamp. */
int checkpoint_write(struct checkpoint *checkpoint, sqlite3_file *file, uint8_t *page,
		     uint32_t number);

/* All pages were handed over, or something failed. */
void checkpoint_end(struct checkpoint *checkpoint, sqlite3_file *file);

/* The file has this size. Behind the end of a checkpoint: it came to its end. */
int checkpoint_truncate(struct checkpoint *checkpoint, sqlite3_file *file, sqlite3_int64 size);

/* The generation of a database: its page 1's. */
int checkpoint_generation(sqlite3_file *file, uint32_t *ret);

#endif
