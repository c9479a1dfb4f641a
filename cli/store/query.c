// SPDX-License-Identifier: MIT
#include "query.h"

#include "../base/array.h"
#include "../text/plain.h"
#include "rows.h"
#include "schema.h"
#include "subsystem-rows.h"

#include <stdlib.h>
#include <string.h>

/* Points, functions and lines, as each table of places has them. */
#define PARTS                                                                                      \
	{ "ran", "points", true }, { "points", NULL }, { "functions_ran", "functions", true },     \
		{ "functions", NULL }, { "lines_ran", "lines", true }, { "lines", NULL },          \
		{ "runs", NULL },                                                                  \
	{                                                                                          \
		"hits", NULL                                                                       \
	}

static const struct table_column dir_columns[] = { PARTS,
						   { "dir", "directory" },
						   { "image", NULL } };
static const struct table_column short_columns[] = {
	{ "ran", "points", true },
	{ "points", NULL },
	{ "dir", "directory" },
};
static const struct table_column subsystem_columns[] = { PARTS, { "subsystem", "subsystem" } };
static const struct table_column file_columns[] = { PARTS, { "file", "file" }, { "image", NULL } };
static const struct table_column function_columns[] = {
	{ "ran", "points", true },  { "points", NULL }, { "runs", NULL }, { "hits", "hits" },
	{ "function", "function" }, { "file", "file" }, { "line", NULL }, { "image", NULL },
};
static const struct table_column line_columns[] = {
	{ "points", "points" }, { "runs", NULL },           { "hits", "hits" }, { "file", "file" },
	{ "line", "line" },     { "function", "function" }, { "image", NULL },
};
static const struct table_column call_columns[] = {
	{ "calls", "calls" },   { "failed", "failed" }, { "records", "PCs" },
	{ "points", "points" }, { "call", "call" },
};

static const struct table_column task_columns[] = {
	{ "calls", "calls" }, { "records", "PCs" }, { "points", "points" },   { "tid", "task" },
	{ "pid", "process" }, { "comm", "comm" },   { "command", "command" }, { "run", NULL },
};

/* Those that ran, and, of images whose files are at hand, those that did not. */
#define FUNCTIONS                                                                                  \
	"SELECT * FROM (SELECT ran, points, runs, hits, function, file, line, image FROM "         \
	"v_function UNION ALL SELECT 0, of.points, 0, 0, of.function, of.file, of.line, of.image " \
	"FROM image_function AS of LEFT JOIN v_function AS ran USING (image, file, function) "     \
	"WHERE ran.ran IS NULL)"

static const struct query_by {
	const char *name;
	const struct table_column *columns;
	size_t n_columns;
	/* With the columns, and "%s", what else is to be true. */
	const char *sql;
	/* What is first; what is a row at all. */
	const char *order;
	const char *is_row;
	/* What is first of what did not run; NULL: that cannot be told here. */
	const char *uncovered;
	/* Whether rows are of files, which can be chosen. */
	bool has_files;
	/* Whether it is for summaries, which take less time so. */
	bool is_short;
} tables[] = {
#define COLUMNS(columns) columns, sizeof(columns) / sizeof((columns)[0])
	{ "dir", COLUMNS(dir_columns),
	  "SELECT " SCHEMA_SUMS ", dir, image FROM v_file WHERE %s GROUP BY image, dir",
	  "ran DESC, dir", "ran > 0", "points - ran DESC, dir", true },
	{ QUERY_SHORT, COLUMNS(short_columns),
	  "SELECT ifnull(sum(of_file.ran), 0) AS ran, sum(file.points) AS points, dir FROM "
	  "(SELECT id, path AS file, dir, points FROM file) AS file LEFT JOIN (SELECT "
	  "function.file AS id, count(*) AS ran FROM selected JOIN point ON point.id = "
	  "selected.point JOIN function ON function.id = point.function WHERE " SCHEMA_COUNTS
	  " GROUP BY function.file) AS of_file USING (id) WHERE %s GROUP BY "
	  "dir",
	  "ran DESC, dir", "ran > 0", NULL, true, true },
	{ "subsystem", COLUMNS(subsystem_columns),
	  "SELECT " SCHEMA_SUMS ", of_file AS subsystem FROM (SELECT *, coalesce(subsystem, "
	  "(SELECT name FROM found_subsystem AS found WHERE found.image = v_file.image AND "
	  "found.file = v_file.file), '') AS of_file FROM v_file) WHERE %s GROUP BY of_file",
	  "ran DESC, subsystem", "ran > 0", "points - ran DESC, subsystem", true },
	{ "file", COLUMNS(file_columns),
	  "SELECT ran, points, functions_ran, functions, lines_ran, lines, runs, hits, file, image "
	  "FROM v_file WHERE %s",
	  "ran DESC, file", "(ran > 0 OR lines_ran > 0)", "points - ran DESC, file", true },
	{ "function", COLUMNS(function_columns), FUNCTIONS " WHERE %s",
	  "ran DESC, hits DESC, function, file", "ran > 0", "points - ran DESC, function, file",
	  true },
	{ "line", COLUMNS(line_columns),
	  "SELECT points, runs, hits, file, line, function, image FROM v_line WHERE %s",
	  "file, line, image", "1", NULL, true },
	{ "call", COLUMNS(call_columns),
	  "SELECT calls, failed, records, points, name AS call FROM selected_call WHERE %s",
	  "records DESC, call", "1", NULL, false },
	{ "task", COLUMNS(task_columns),
	  "SELECT selected_task.calls, selected_task.records, selected_task.points, tid, task.pid, "
	  /* What it was executed as; what its children execute is not known. */
	  "comm, iif(task.pid = run.pid, run.command, NULL) AS command, run.name AS run "
	  "FROM selected_task JOIN task ON task.id = selected_task.task JOIN run ON run.id = "
	  "task.run WHERE %s",
	  "points DESC, records DESC, run, tid", "1", NULL, false },
#undef COLUMNS
};

static const struct query_by *find(const char *by)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(tables[i].name, by) == 0)
			return &tables[i];
	return NULL;
}

bool query_is_by(const char *by)
{
	const struct query_by *table = find(by);

	return table && !table->is_short;
}

bool query_can_sort(const char *by, const char *sort)
{
	const struct query_by *table = find(by);

	for (size_t i = 0; table && i < table->n_columns; i++)
		if (strcmp(table->columns[i].name, sort) == 0)
			return true;
	return false;
}

bool query_knows_uncovered(const char *by)
{
	return find(by)->uncovered;
}

bool query_has_files(const char *by)
{
	return find(by)->has_files;
}

static int tell(const struct recording *recording)
{
	recording_tell(recording, "read");
	return -1;
}

int query_sum(const struct recording *recording, struct point_sum *ret)
{
	int64_t *const to[] = { &ret->ran, &ret->unknown, &ret->points, &ret->records };
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(
		recording->db,
		"SELECT count(*) FILTER (WHERE " SCHEMA_COUNTS "), "
		"count(*) FILTER (WHERE image IN (SELECT id FROM image WHERE kind = 'unknown')), "
		"(SELECT sum(points) FROM file), "
		"(SELECT records FROM selected_sum) "
		"FROM selected JOIN point ON point.id = selected.point",
		-1, &statement, NULL);

	if (!code)
		code = sqlite3_step(statement);
	for (int i = 0; i < 4 && code == SQLITE_ROW; i++)
		*to[i] = sqlite3_column_int64(statement, i);
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : tell(recording);
}

int query_sum_in(const struct recording *recording, const char *in, struct point_sum *ret)
{
	sqlite3_stmt *statement;
	int code =
		sqlite3_prepare_v2(recording->db,
				   "SELECT sum(ran), sum(points) FROM v_file WHERE ?1 IS NULL OR "
				   "file GLOB ?1",
				   -1, &statement, NULL);

	*ret = (struct point_sum){ 0 };
	if (!code)
		code = rows_bind(statement, "t", in);
	if (!code)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		ret->ran = sqlite3_column_int64(statement, 0);
		ret->points = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_ROW ? 0 : tell(recording);
}

static char *copy_text(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	return strdup(text ? text : "");
}

/* The words of a command, with spaces between: as they are kept there is a NUL behind each. */
static char *copy_words(sqlite3_stmt *statement, int column)
{
	const char *words = sqlite3_column_blob(statement, column);
	const int n = sqlite3_column_bytes(statement, column);
	char *ret = calloc(1, (size_t)n + 1);

	for (int i = 0; ret && i < n; i++)
		ret[i] = words[i] ? words[i] : ' ';
	if (ret && n && !words[n - 1])
		ret[n - 1] = '\0';
	if (ret)
		plain_make(ret);
	return ret;
}

enum {
	RUN_ARGV,
	RUN_WAY,
	RUN_STARTED,
	RUN_ENDED,
	RUN_STATUS,
	RUN_COMPLETE,
	RUN_DOUBTS,
	RUN_FULL_BUFFER,
	RUN_CAPACITY,
	RUN_TASKS,
	RUN_NOT_COVERED,
	RUN_FULL,
	RUN_UNCERTAIN,
	RUN_CALLS,
	RUN_FULL_EVENTS,
	RUN_PTRACE,
	RUN_IO_URING,
	RUN_ONLY,
	RUN_ORDER_UNTIL,
};

static void read_totals(sqlite3_stmt *statement, struct totals *totals)
{
	const char *only = (const char *)sqlite3_column_text(statement, RUN_ONLY);

	totals->only = !only ? NULL : strcmp(only, "this") == 0 ? "this" : "first";
	totals->tasks = (size_t)sqlite3_column_int64(statement, RUN_TASKS);
	totals->not_covered = (size_t)sqlite3_column_int64(statement, RUN_NOT_COVERED);
	totals->full = (size_t)sqlite3_column_int64(statement, RUN_FULL);
	totals->uncertain = (size_t)sqlite3_column_int64(statement, RUN_UNCERTAIN);
	totals->has_events = sqlite3_column_type(statement, RUN_CALLS) != SQLITE_NULL;
	totals->calls = (size_t)sqlite3_column_int64(statement, RUN_CALLS);
	totals->full_events = (size_t)sqlite3_column_int64(statement, RUN_FULL_EVENTS);
	totals->blind.ptrace = (uint64_t)sqlite3_column_int64(statement, RUN_PTRACE);
	totals->blind.io_uring_setup = (uint64_t)sqlite3_column_int64(statement, RUN_IO_URING);
}

static int add_run(struct run_summaries *runs, sqlite3_stmt *statement)
{
	struct run_summary *run;

	if (!array_reserve(runs, 1))
		return SQLITE_NOMEM;
	run = &runs->at[runs->n++];
	*run = (struct run_summary){
		.command = copy_words(statement, RUN_ARGV),
		.way = copy_text(statement, RUN_WAY),
		.started = sqlite3_column_int64(statement, RUN_STARTED),
		.ended = sqlite3_column_int64(statement, RUN_ENDED),
		.has_ended = sqlite3_column_type(statement, RUN_ENDED) != SQLITE_NULL,
		.order_until = sqlite3_column_int64(statement, RUN_ORDER_UNTIL),
		.status = sqlite3_column_int64(statement, RUN_STATUS),
		.is_complete = sqlite3_column_int(statement, RUN_COMPLETE),
		.knows_complete = sqlite3_column_type(statement, RUN_COMPLETE) != SQLITE_NULL,
		.doubts = (unsigned int)sqlite3_column_int(statement, RUN_DOUBTS),
		.is_full = sqlite3_column_int(statement, RUN_FULL_BUFFER),
		.capacity = sqlite3_column_int64(statement, RUN_CAPACITY),
	};
	read_totals(statement, &run->totals);
	return run->command && run->way ? SQLITE_OK : SQLITE_NOMEM;
}

int query_runs(const struct recording *recording, struct run_summaries *ret)
{
	struct run_summaries runs = { 0 };
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(
		recording->db,
		"SELECT iif(length(argv) > 0, argv, command), way, started, ended, status, complete, "
		"doubts, is_full, capacity, tasks, not_covered, full, uncertain, calls, full_events, ptrace, io_uring, "
		"only_thread, order_until "
		"FROM run WHERE id IN (SELECT id FROM chosen_run) ORDER BY started, id",
		-1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_run(&runs, statement);
	sqlite3_finalize(statement);
	if (code != SQLITE_DONE) {
		run_summaries_fini(&runs);
		return tell(recording);
	}
	*ret = runs;
	return 0;
}

/* The order that somebody asks for is a column's name, which is one of ours. */
static char *make_sql(const struct query_by *by, const struct query *query)
{
	char *where = query->in && by->has_files ? sqlite3_mprintf("file GLOB %Q", query->in)
						 : sqlite3_mprintf("1");
	char *body = where ? sqlite3_mprintf(by->sql, where) : NULL, *ret = NULL;

	if (body)
		ret = sqlite3_mprintf("SELECT * FROM (%s) WHERE %s ORDER BY %s%s%s", body,
				      query->is_uncovered ? "ran < points" : by->is_row,
				      query->sort ? query->sort : "", query->sort ? " DESC, " : "",
				      query->is_uncovered ? by->uncovered : by->order);
	sqlite3_free(body);
	sqlite3_free(where);
	return ret;
}

static int add_row(struct table *table, sqlite3_stmt *statement, bool is_plain)
{
	const size_t first = table->n;
	int err = 0;

	for (size_t i = 0; i < table->n_columns && !err; i++) {
		const int column = (int)i;

		switch (sqlite3_column_type(statement, column)) {
		case SQLITE_INTEGER:
			err = table_add(table, NULL, sqlite3_column_int64(statement, column));
			break;
		case SQLITE_TEXT:
			err = table_add(table, (const char *)sqlite3_column_text(statement, column),
					0);
			break;
		default:
			err = table_add_nothing(table);
		}
	}
	for (size_t i = first; i < table->n && is_plain; i++)
		if (table->at[i].text)
			plain_make(table->at[i].text);
	return err ? SQLITE_NOMEM : SQLITE_OK;
}

int query_table(const struct recording *recording, const struct query *query, struct table *ret)
{
	const struct query_by *by = find(query->by);
	struct table table = { .columns = by->columns, .n_columns = by->n_columns };
	char *sql = make_sql(by, query);
	sqlite3_stmt *statement = NULL;
	int code = sql ? SQLITE_OK : SQLITE_NOMEM;

	if (!code && by->columns == subsystem_columns)
		code = subsystem_rows_find(recording);
	if (!code)
		code = sqlite3_prepare_v2(recording->db, sql, -1, &statement, NULL);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_row(&table, statement, query->is_plain);
	sqlite3_finalize(statement);
	sqlite3_free(sql);
	if (code != SQLITE_DONE) {
		table_fini(&table);
		return tell(recording);
	}
	*ret = table;
	return 0;
}
