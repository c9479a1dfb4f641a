// SPDX-License-Identifier: MIT
#include "tally-rows.h"

#include "../base/array.h"
#include "../text/digits.h"
#include "rows.h"
#include "schema.h"
#include "statements.h"

#include <errno.h>
#include <string.h>

enum {
	/* Of text: two numbers, and what is around them. */
	ROOM_PER_HIT = 2 * DIGITS_DECIMAL_ROOM + 8,
};

enum {
	ADD_CALL,
	FIND_CALL,
	SET_CALL_RUN,
	SET_CALL_HIT,
};

static const char *const sql[N_TALLY_STATEMENTS] = {
	[ADD_CALL] = "INSERT INTO call(name) VALUES(?) RETURNING id",
	[FIND_CALL] = "SELECT id FROM call WHERE name = ?",
	[SET_CALL_RUN] = ("REPLACE INTO call_run(run, call, calls, failed, records, points) "
			  "VALUES(?, ?, ?, ?, ?, ?)"),
	[SET_CALL_HIT] = "REPLACE INTO call_hit(run, call, spans) VALUES(?, ?, ?)",
};

int tally_rows_init(struct tally_rows *rows, const struct recording *recording,
		    const struct point_rows *points, sqlite3_int64 run)
{
	*rows = (struct tally_rows){
		.recording = recording,
		.points = points,
		.run = run,
		.new_hits = { .sql = "INSERT INTO hit SELECT a, b, c FROM batch(?)",
			      .n_columns = 3 },
		.more_hits = { .sql = "REPLACE INTO hit SELECT a, b, c FROM batch(?)",
			       .n_columns = 3 },
	};
	return statements_prepare(recording->db, sql, N_TALLY_STATEMENTS, rows->statements);
}

static struct call_tally *find(const struct tally_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->calls.n; i++)
		if (strcmp(rows->calls.at[i]->name, name) == 0)
			return rows->calls.at[i];
	return NULL;
}

static struct call_tally *add(struct tally_rows *rows, const char *name)
{
	struct call_tally *call;

	if (!array_reserve(&rows->calls, 1))
		return NULL;
	call = calloc(1, sizeof(*call));
	if (!call)
		return NULL;
	call->name = strdup(name);
	if (!call->name) {
		free(call);
		return NULL;
	}
	rows->calls.at[rows->calls.n++] = call;
	return call;
}

struct call_tally *tally_rows_call_of(struct tally_rows *rows, const char *name)
{
	struct call_tally *call = find(rows, name);

	return call ? call : add(rows, name);
}

struct call_tally *tally_rows_call(struct tally_rows *rows, const char *name)
{
	struct call_tally *call = map_get(&rows->by_text, (uintptr_t)name);

	if (call)
		return call;
	call = tally_rows_call_of(rows, name);
	return !call || map_put(&rows->by_text, (uintptr_t)name, call) ? NULL : call;
}

int tally_rows_move(struct tally_rows *rows, uint32_t from, uint32_t to)
{
	int err = hits_move(&rows->hits, from, to);

	for (size_t i = 0; i < rows->calls.n && !err; i++)
		err = hits_move(&rows->calls.at[i]->hits, from, to);
	return err;
}

int tally_rows_name(struct tally_rows *rows, struct call_tally *call)
{
	int code;

	if (call->row)
		return 0;
	code = rows_get(rows->statements[FIND_CALL], &call->row, "t", call->name);
	if (code == SQLITE_DONE)
		code = rows_get(rows->statements[ADD_CALL], &call->row, "t", call->name);
	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int write_hit(void *context, uint32_t point, uint64_t before, uint64_t now)
{
	struct tally_rows *rows = context;
	const struct batch_cell row[] = { BATCH_NUMBER(rows->run),
					  BATCH_NUMBER(rows->points->rows.at[point].row),
					  BATCH_NUMBER(now) };

	if (!rows->points->rows.at[point].row)
		return HITS_LATER;
	return batch_add(before ? &rows->more_hits : &rows->new_hits, row);
}

static int compare(const void *left, const void *right)
{
	const struct ranked_point *a = left, *b = right;

	return a->row < b->row ? -1 : a->row > b->row;
}

/* Once for all calls: sorting the points of each would take longer than all else. */
static int rank_points(struct tally_rows *rows)
{
	const size_t n = rows->points->rows.n;

	rows->ranked.n = 0;
	rows->ranks.n = 0;
	if (!array_reserve(&rows->ranked, n) || !array_reserve(&rows->ranks, n))
		return SQLITE_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (rows->points->rows.at[i].row)
			rows->ranked.at[rows->ranked.n++] = (struct ranked_point){
				.row = rows->points->rows.at[i].row,
				.number = (uint32_t)i,
			};
	if (rows->ranked.n)
		qsort(rows->ranked.at, rows->ranked.n, sizeof(*rows->ranked.at), compare);
	for (size_t i = 0; i < rows->ranked.n; i++)
		rows->ranks.at[rows->ranked.at[i].number] = (uint32_t)i;
	return SQLITE_OK;
}

static int take_call_hit(void *context, uint32_t point, uint64_t hits)
{
	struct tally_rows *rows = context;

	if (!rows->points->rows.at[point].row)
		return HITS_LATER;
	rows->n_points += rows->points->rows.at[point].counts;
	rows->ranked.at[rows->ranks.at[point]].hits = hits;
	rows->n_hits++;
	return 0;
}

/* The key of a span, which has an array of hits. */
static char *begin_span(char *at, sqlite3_int64 span, bool is_first)
{
	if (!is_first)
		*at++ = ']';
	*at++ = is_first ? '{' : ',';
	*at++ = '"';
	at = digits_add_decimal(at, (uint64_t)span);
	*at++ = '"';
	*at++ = ':';
	*at++ = '[';
	return at;
}

/* As schema.c has them, in the order of their ids; there is one at least. */
static int put_call_hits(struct tally_rows *rows)
{
	sqlite3_int64 span = -1;
	char *at;

	rows->text.n = 0;
	if (!array_reserve(&rows->text, rows->n_hits * ROOM_PER_HIT + 3))
		return SQLITE_NOMEM;
	at = rows->text.at;
	for (size_t i = 0; i < rows->ranked.n; i++) {
		struct ranked_point *point = &rows->ranked.at[i];
		const sqlite3_int64 is = point->row / SCHEMA_SPAN;

		if (!point->hits)
			continue;
		if (is == span)
			*at++ = ',';
		else
			at = begin_span(at, is, span < 0);
		at = digits_add_decimal(at, point->hits * SCHEMA_SPAN +
						    (uint64_t)(point->row % SCHEMA_SPAN));
		span = is;
		point->hits = 0;
	}
	strcpy(at, "]}");
	return SQLITE_OK;
}

static int write_call_hits(struct tally_rows *rows, struct call_tally *call)
{
	int code;

	rows->n_hits = rows->n_points = 0;
	code = hits_write_all(&call->hits, take_call_hit, rows);
	if (code || !rows->n_hits)
		return code;
	code = put_call_hits(rows);
	return code ? code
		    : rows_write(rows->statements[SET_CALL_HIT], "iit", rows->run, call->row,
				 rows->text.at);
}

static int write_call(struct tally_rows *rows, struct call_tally *call)
{
	const uint64_t written = call->calls + call->records;
	int code;

	if (call->has_row && call->written == written && !hits_are_new(&call->hits))
		return 0;
	code = tally_rows_name(rows, call);
	if (!code)
		code = write_call_hits(rows, call);
	if (!code)
		code = rows_write(rows->statements[SET_CALL_RUN], "iiioii", rows->run, call->row,
				  (sqlite3_int64)call->calls,
				  rows->knows_results ? (sqlite3_int64)call->failed
						      : (sqlite3_int64)-1,
				  (sqlite3_int64)call->records, (sqlite3_int64)rows->n_points);
	call->written = written;
	call->has_row = !code;
	return code;
}

int tally_rows_write(struct tally_rows *rows)
{
	struct batch *const batches[] = { &rows->new_hits, &rows->more_hits };
	int code = rank_points(rows);

	for (size_t i = 0; i < rows->calls.n && !code; i++)
		code = write_call(rows, rows->calls.at[i]);
	if (!code)
		code = hits_write(&rows->hits, write_hit, rows);
	if (code == -ENOMEM)
		code = SQLITE_NOMEM;
	batch_sort(&rows->new_hits, 1);
	batch_sort(&rows->more_hits, 1);
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]) && !code; i++)
		code = batch_write(batches[i], rows->recording->db);
	return code;
}

void tally_rows_fini(struct tally_rows *rows)
{
	for (size_t i = 0; i < rows->calls.n; i++) {
		hits_fini(&rows->calls.at[i]->hits);
		free(rows->calls.at[i]->name);
		free(rows->calls.at[i]);
	}
	free(rows->calls.at);
	map_fini(&rows->by_text);
	hits_fini(&rows->hits);
	batch_fini(&rows->new_hits);
	batch_fini(&rows->more_hits);
	free(rows->ranked.at);
	free(rows->ranks.at);
	free(rows->text.at);
	statements_finalize(rows->statements, N_TALLY_STATEMENTS);
}
