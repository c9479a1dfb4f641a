// SPDX-License-Identifier: MIT
#include "tally-rows.h"

#include "../base/array.h"
#include "../text/digits.h"
#include "rows.h"
#include "statements.h"

#include <string.h>

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
	[SET_CALL_HIT] = "REPLACE INTO call_hit(run, call, hits) VALUES(?, ?, ?)",
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

/* A member of a JSON object: the point's id, and how often it was hit. */
static int put_call_hit(void *context, uint32_t point, uint64_t hits)
{
	struct tally_rows *rows = context;
	char *at;

	if (!rows->points->rows.at[point].row)
		return HITS_LATER;
	rows->n_points += rows->points->rows.at[point].counts;
	if (!array_reserve(&rows->text, 2 * DIGITS_DECIMAL_ROOM + 8))
		return SQLITE_NOMEM;
	at = rows->text.at + rows->text.n;
	*at++ = rows->text.n ? ',' : '{';
	*at++ = '"';
	at = digits_add_decimal(at, (uint64_t)rows->points->rows.at[point].row);
	*at++ = '"';
	*at++ = ':';
	at = digits_add_decimal(at, hits);
	*at = '}';
	rows->text.n = (size_t)(at - rows->text.at);
	return 0;
}

static int write_call_hits(struct tally_rows *rows, struct call_tally *call)
{
	int code;

	rows->text.n = 0;
	rows->n_points = 0;
	code = hits_write_all(&call->hits, put_call_hit, rows);
	if (code || !rows->text.n)
		return code;
	rows->text.at[rows->text.n + 1] = '\0';
	return rows_write(rows->statements[SET_CALL_HIT], "iit", rows->run, call->row,
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
	int code = 0;

	for (size_t i = 0; i < rows->calls.n && !code; i++)
		code = write_call(rows, rows->calls.at[i]);
	if (!code)
		code = hits_write(&rows->hits, write_hit, rows);
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
	free(rows->text.at);
	statements_finalize(rows->statements, N_TALLY_STATEMENTS);
}
