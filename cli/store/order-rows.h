/* SPDX-License-Identifier: MIT */
/* The records of a run in their order, as rows: blocks of bytes, and which part of them is whose.
 */
#ifndef KCOVCTL_ORDER_ROWS_H
#define KCOVCTL_ORDER_ROWS_H

#include "point-rows.h"
#include "point-stream.h"
#include "recording.h"

#include <kcov/kcov.h>

enum {
	N_ORDER_STATEMENTS = 2,
	/* Points that are handed on at a time. */
	ORDER_PIECE = 1024,
	/* Words of a record, besides its address. */
	ORDER_WORDS = 3,
};

struct order_rows {
	const struct recording *recording;
	struct point_rows *points;
	sqlite3_int64 run;
	struct point_encoder encoder;
	/* The row that the block will have, and how many points are in it so far. */
	sqlite3_int64 block;
	sqlite3_int64 n;
	/* Of those, what is not in the encoder yet. */
	struct point pending[ORDER_PIECE];
	uint64_t words[ORDER_PIECE * ORDER_WORDS];
	size_t n_pending;
	const struct kcov_record_kind *kind;
	/* Parts of the block. */
	struct {
		struct order_part {
			sqlite3_int64 task;
			sqlite3_int64 at;
			sqlite3_int64 n;
		} * at;
		size_t n;
		size_t room;
	} parts;
	sqlite3_stmt *statements[N_ORDER_STATEMENTS];
};

/* A result code of SQLite. */
int order_rows_init(struct order_rows *rows, const struct recording *recording,
		    struct point_rows *points, const struct kcov_record_kind *kind,
		    sqlite3_int64 run);

/* The next record, and where it is; NULL: it is none, but is kept as it came. 0 or -errno. */
int order_rows_add(struct order_rows *rows, const struct stored_point *point,
		   const uint64_t *record);

/* The last n records were a task's. 0 or -ENOMEM. */
int order_rows_end_part(struct order_rows *rows, sqlite3_int64 task, size_t n);

/* Whether it is time to write the block, however long ago the last one was. */
bool order_rows_are_many(const struct order_rows *rows);

/* Write what there is. A result code of SQLite. */
int order_rows_write(struct order_rows *rows);

void order_rows_fini(struct order_rows *rows);

#endif
