/* SPDX-License-Identifier: MIT */
/*
 * The records of a run as rows: blocks of bytes, with all of them in their order or with sets of
 * points, and which part of them is whose.
 */
#ifndef KCOVCTL_BLOCK_ROWS_H
#define KCOVCTL_BLOCK_ROWS_H

#include "hits.h"
#include "point-rows.h"
#include "point-stream.h"
#include "recording.h"

#include <kcov/kcov.h>

enum {
	N_BLOCK_STATEMENTS = 2,
	/* Points that are handed on at a time. */
	ORDER_PIECE = 1024,
	/* Words of a record, besides its address. */
	ORDER_WORDS = 3,
};

struct block_rows {
	const struct recording *recording;
	struct point_rows *points;
	sqlite3_int64 run;
	struct point_encoder encoder;
	/* The row that the block will have, and how many points and sets are in it so far. */
	sqlite3_int64 block;
	sqlite3_int64 n;
	size_t n_sets;
	/* How many points the row has that is in the file. */
	sqlite3_int64 n_in_file;
	/* Of a set that is being made. */
	struct {
		struct point_hits *at;
		size_t n;
		size_t room;
	} set;
	/* Of those, what is not in the encoder yet. */
	struct point pending[ORDER_PIECE];
	uint64_t words[ORDER_PIECE * ORDER_WORDS];
	size_t n_pending;
	const struct kcov_record_kind *kind;
	/* Parts of the block; how many of these are written as they are. */
	size_t n_written;
	struct {
		struct block_part {
			/* 0: it has no row yet. */
			sqlite3_int64 row;
			sqlite3_int64 task;
			sqlite3_int64 at;
			sqlite3_int64 n;
		} * at;
		size_t n;
		size_t room;
	} parts;
	sqlite3_stmt *statements[N_BLOCK_STATEMENTS];
};

/* has_sets: they are of sets. A result code of SQLite. */
int block_rows_init(struct block_rows *rows, const struct recording *recording,
		    struct point_rows *points, const struct kcov_record_kind *kind, bool has_sets,
		    sqlite3_int64 run);

/* The next record, and where it is; NULL: it is none, but is kept as it came. 0 or -errno. */
int block_rows_add(struct block_rows *rows, const struct stored_point *point,
		   const uint64_t *record);

/* The points that were hit, which are none then, as a set of *ret points. 0 or -errno. */
int block_rows_add_set(struct block_rows *rows, struct hits *hits, size_t *ret);

/* The last n records, or points of sets, were a task's. 0 or -ENOMEM. */
int block_rows_end_part(struct block_rows *rows, sqlite3_int64 task, size_t n);

/* Whether it is time to write the block, however long ago the last one was. */
bool block_rows_are_many(const struct block_rows *rows);

/*
 * Write what there is. If it is not much, the block goes on, and is written again as a whole next
 * time: in large blocks points take less than half of the bytes. A result code of SQLite.
 */
int block_rows_write(struct block_rows *rows);

void block_rows_fini(struct block_rows *rows);

#endif
