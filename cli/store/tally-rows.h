/* SPDX-License-Identifier: MIT */
/* Which points a run hit and how often, in all and by the names of its calls, as rows. */
#ifndef KCOVCTL_TALLY_ROWS_H
#define KCOVCTL_TALLY_ROWS_H

#include "../base/map.h"
#include "batch.h"
#include "hits.h"
#include "point-rows.h"
#include "recording.h"

#include <stdbool.h>

/* All calls of a name. */
struct call_tally {
	char *name;
	/* Its row; 0: it has none yet. */
	sqlite3_int64 row;
	uint64_t calls;
	/* Of those whose results are known. */
	uint64_t failed;
	uint64_t records;
	struct hits hits;
	/* How many calls and records were written; has_row: whether any were. */
	uint64_t written;
	bool has_row;
};

enum {
	N_TALLY_STATEMENTS = 4,
};

struct tally_rows {
	const struct recording *recording;
	const struct point_rows *points;
	sqlite3_int64 run;
	/* Whether it is known which calls failed. */
	bool knows_results;
	struct hits hits;
	struct {
		struct call_tally **at;
		size_t n;
		size_t room;
	} calls;
	/* By the address of a name that stays where it is. */
	struct map by_text;
	/* Points that have rows, in the order of these. */
	struct {
		struct ranked_point {
			sqlite3_int64 row;
			uint32_t number;
			/* How often the call that is written hit it. */
			uint64_t hits;
		} * at;
		size_t n;
		size_t room;
	} ranked;
	/* Which of these a point is, by its number. */
	struct {
		uint32_t *at;
		size_t n;
		size_t room;
	} ranks;
	/* Of a call: its hits, those of coverage points that count, and the hits as text. */
	size_t n_hits;
	size_t n_points;
	struct {
		char *at;
		size_t n;
		size_t room;
	} text;
	/* What is to be written, of which nothing was until now, or something. */
	struct batch new_hits;
	struct batch more_hits;
	sqlite3_stmt *statements[N_TALLY_STATEMENTS];
};

/* A result code of SQLite. */
int tally_rows_init(struct tally_rows *rows, const struct recording *recording,
		    const struct point_rows *points, sqlite3_int64 run);

/* The calls of a name, which stays where it is as long as rows. NULL: no memory. */
struct call_tally *tally_rows_call(struct tally_rows *rows, const char *name);

/* The same of a name that does not. */
struct call_tally *tally_rows_call_of(struct tally_rows *rows, const char *name);

/* One record within a call. 0 or -ENOMEM. */
static inline int tally_rows_add(struct tally_rows *rows, struct call_tally *call, uint32_t point)
{
	call->records++;
	return hits_add(&rows->hits, point, 1) || hits_add(&call->hits, point, 1) ? -ENOMEM : 0;
}

/* What was counted for one point counts for another one. 0 or -ENOMEM. */
int tally_rows_move(struct tally_rows *rows, uint32_t from, uint32_t to);

/* The row of a call's name is there then. A result code of SQLite. */
int tally_rows_name(struct tally_rows *rows, struct call_tally *call);

/* Write what is not written as it is. A result code of SQLite. */
int tally_rows_write(struct tally_rows *rows);

void tally_rows_fini(struct tally_rows *rows);

#endif
