// SPDX-License-Identifier: MIT
#include "query-selection.h"

#include "../text/error.h"
#include "chosen-hits.h"
#include "rows.h"
#include "schema.h"

#include <stdlib.h>

static int tell(const struct recording *recording)
{
	recording_tell(recording, "read");
	return -1;
}

static const char sql_tables[] =
	"CREATE TEMP TABLE selected(point INTEGER PRIMARY KEY, runs INTEGER, hits INTEGER);"
	"CREATE TEMP TABLE chosen_run(id INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE chosen_call(id INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE selected_task(task INTEGER PRIMARY KEY, calls INTEGER, records INTEGER, "
	"points INTEGER);"
	/* What images have, and did not run: see image-functions.h. */
	"CREATE TEMP TABLE image_function(image TEXT, file TEXT, function TEXT, line INTEGER, points "
	"INTEGER);"
	/* All other views are by this one. */
	"DROP VIEW temp.v_hit; CREATE TEMP VIEW v_hit AS SELECT point, runs, hits FROM selected";

static int choose_calls(const struct recording *recording, const struct query_selection *selection)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db, "SELECT id, name FROM call", -1, &statement,
				      NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(statement, 1);

		code = SQLITE_OK;
		if (name && selection->wants(selection->calls, name))
			code = rows_write_once(recording->db, "INSERT INTO chosen_call VALUES(?)",
					       "i", sqlite3_column_int64(statement, 0));
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int choose(const struct recording *recording, const struct query_selection *selection)
{
	int code = recording_run(recording, sql_tables);

	if (!code)
		code = rows_write_once(recording->db,
				       "INSERT INTO chosen_run SELECT id FROM run WHERE ?1 IS NULL "
				       "OR name = ?1",
				       "t", selection->run);
	if (!code && selection->wants)
		code = choose_calls(recording, selection);
	return code;
}

/* Without records in order: hits are kept of runs, and of their calls by name. */
#define CALL_RUNS                                                                                                                          \
	"CREATE TEMP VIEW selected_call AS SELECT call.name AS name, sum(calls) AS calls, "                                                \
	"iif(count(failed) = count(*), sum(failed), NULL) AS failed, sum(records) AS records, " /* Of one run they are counted already. */ \
	"iif(count(*) = 1, min(points), (SELECT count(DISTINCT hit.point) FROM v_call_hit AS hit "                                         \
	"JOIN point ON point.id = hit.point WHERE hit.call = call.id AND " SCHEMA_COUNTS                                                   \
	" AND hit.run IN (SELECT id FROM chosen_run))) AS points FROM chosen_call_run JOIN call "                                          \
	"ON call.id = chosen_call_run.call GROUP BY call.id;"                                                                              \
	"CREATE TEMP VIEW selected_sum AS SELECT sum(records) AS records FROM chosen_call_run"

/* The rows of calls of a name in a run that are chosen. */
#define CHOSEN_CALL_RUNS                                                                           \
	"CREATE TEMP VIEW chosen_call_run AS SELECT * FROM call_run WHERE run IN (SELECT id FROM " \
	"chosen_run)"

static int select_totals(const struct recording *recording, bool by_call)
{
	int code;

	if (by_call)
		code = recording_run(
			recording,
			"INSERT INTO selected SELECT point, count(DISTINCT run), sum(hits) FROM "
			"v_call_hit WHERE run IN (SELECT id FROM chosen_run) AND call IN (SELECT id "
			"FROM chosen_call) GROUP BY point;" CHOSEN_CALL_RUNS
			" AND call IN (SELECT id FROM chosen_call);" CALL_RUNS);
	else
		code = recording_run(
			recording,
			"INSERT INTO selected SELECT point, count(*), sum(hits) FROM hit WHERE run "
			"IN (SELECT id FROM chosen_run) GROUP BY point;" CHOSEN_CALL_RUNS
			";" CALL_RUNS);
	return code;
}

/* Whether there is such a task in what is chosen, and recorded something. 0 or -1, told. */
static int check_task(const struct recording *recording, pid_t task)
{
	sqlite3_int64 n_covered, n;
	int code = rows_get_once(recording->db,
				 "SELECT count(*) FILTER (WHERE uncovered_what IS NULL) FROM task "
				 "WHERE tid = ? AND run IN (SELECT id FROM chosen_run)",
				 &n_covered, "i", (sqlite3_int64)task);

	if (code == SQLITE_ROW)
		code = rows_get_once(recording->db,
				     "SELECT count(*) FROM task WHERE tid = ? AND run IN (SELECT "
				     "id FROM chosen_run)",
				     &n, "i", (sqlite3_int64)task);
	if (code != SQLITE_ROW)
		return tell(recording);
	if (!n_covered)
		error_tell("%s: %s %d: --by task has those that recorded something",
			   recording->path, n ? "nothing was recorded of task" : "there is no task",
			   (int)task);
	return n_covered ? 0 : -1;
}

/* What a run can tell. */
struct tells {
	sqlite3_int64 run;
	const char *name;
	/* It has results of calls. */
	bool has_results;
	/* It has records of all that is chosen, in their order or as sets. */
	bool has_order;
	/* The recording became too large for that. */
	bool is_cut;
};

/*
 * Of a run with events those count that recorded something: whether any of them has no place in a
 * block.
 */
static const char sql_tells[] =
	"SELECT id, name, has_events, order_until IS NULL AND (keep = 'order' OR (keep = 'sets' "
	/* Where calls began is not known of a task's set. */
	"AND (has_events OR NOT ?4))) AND (NOT has_events OR NOT EXISTS "
	"(SELECT 1 FROM event WHERE event.run = run.id AND block IS NULL AND event.records > 0 "
	"AND (?1 = 0 OR (event.kind = 'call' AND event.result = -?1)) "
	"AND (?2 < 0 OR event.task IN (SELECT id FROM task WHERE run = run.id AND tid = ?2)) "
	"AND (NOT ?3 OR event.call IN (SELECT id FROM chosen_call)))), order_until IS NOT NULL "
	"FROM run WHERE id IN (SELECT id FROM chosen_run) ORDER BY started, id";

/* Of what can be told without order. */
static int select_tasks_of_events(const struct recording *recording,
				  const struct query_selection *selection, sqlite3_int64 run)
{
	return rows_write_once(recording->db,
			       "INSERT INTO selected_task SELECT task, sum(kind IN ('call', "
			       "'exit')), sum(records), NULL FROM event WHERE " CHOSEN_EVENTS
			       " AND task IS NOT NULL GROUP BY task",
			       "iiii", run, (sqlite3_int64)selection->error, (sqlite3_int64)-1,
			       (sqlite3_int64)(selection->wants != NULL));
}

static int select_tasks_of_run(const struct recording *recording, sqlite3_int64 run)
{
	return rows_write_once(recording->db,
			       "INSERT INTO selected_task SELECT id, NULL, NULL, NULL FROM task "
			       "WHERE run = ? AND uncovered_what IS NULL",
			       "i", run);
}

/* What cannot be counted is refused if it is chosen, and has no numbers if it is a row alone. */
static int select_of_run(const struct recording *recording, const struct query_selection *selection,
			 const struct tells *tells, struct chosen_hits *hits)
{
	const char *option = selection->error ? "--errno" : "--task";
	int code;

	if (selection->error && !tells->has_results) {
		error_tell("%s: the run %s has no results of calls, which --errno asks for: record "
			   "it with -S, or choose runs by --run",
			   recording->path, tells->name);
		return -1;
	}
	if (tells->has_order)
		return chosen_hits_count(hits, tells->run);
	if (query_selects_events(selection)) {
		error_tell("%s: the run %s %s, which %s asks for: record it with --keep order, or "
			   "choose runs by --run",
			   recording->path, tells->name,
			   tells->is_cut ? "had --max-size before its records in order came to "
					   "their end"
					 : "has no records in order",
			   option);
		return -1;
	}
	code = tells->has_results ? select_tasks_of_events(recording, selection, tells->run)
				  : select_tasks_of_run(recording, tells->run);
	return code ? tell(recording) : 0;
}

static int select_runs(const struct recording *recording, const struct query_selection *selection,
		       struct chosen_hits *hits)
{
	sqlite3_stmt *statement;
	int err = 0, code = sqlite3_prepare_v2(recording->db, sql_tells, -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "iiii", (sqlite3_int64)selection->error,
				 (sqlite3_int64)(selection->has_task ? selection->task : -1),
				 (sqlite3_int64)(selection->wants != NULL),
				 (sqlite3_int64)query_selects_events(selection));
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const struct tells tells = {
			.run = sqlite3_column_int64(statement, 0),
			.name = (const char *)sqlite3_column_text(statement, 1),
			.has_results = sqlite3_column_int(statement, 2),
			.has_order = sqlite3_column_int(statement, 3),
			.is_cut = sqlite3_column_int(statement, 4),
		};

		code = SQLITE_OK;
		err = select_of_run(recording, selection, &tells, hits);
	}
	sqlite3_finalize(statement);
	if (err)
		return err;
	return code == SQLITE_DONE ? 0 : tell(recording);
}

/* By the records that are in order. */
static int select_records(const struct recording *recording,
			  const struct query_selection *selection)
{
	struct chosen_hits hits;
	int err = 0;

	if (query_selects_events(selection) &&
	    recording_run(recording, "CREATE TEMP TABLE selected_call(name TEXT PRIMARY KEY, calls "
				     "INTEGER, failed INTEGER, records INTEGER, points INTEGER);"
				     "CREATE TEMP VIEW selected_sum AS SELECT sum(records) AS "
				     "records FROM selected_call"))
		return tell(recording);
	if (selection->has_task)
		err = check_task(recording, selection->task);
	if (err)
		return err;
	err = chosen_hits_init(&hits, recording, selection);
	if (!err)
		err = select_runs(recording, selection, &hits);
	if (!err)
		err = chosen_hits_write(&hits);
	chosen_hits_fini(&hits);
	return err;
}

/* Whether there are runs. 0 or -1, told. */
static int check_runs(const struct recording *recording, const char *name)
{
	sqlite3_int64 n;

	if (rows_get_number(recording->db, "SELECT count(*) FROM chosen_run", &n))
		return tell(recording);
	if (!n && name)
		error_tell("%s: no run is called %s", recording->path, name);
	else if (!n)
		error_tell("%s: no run has begun in it: kcovctl was killed before that",
			   recording->path);
	return n ? 0 : -1;
}

int query_select(const struct recording *recording, const struct query_selection *selection)
{
	int code = choose(recording, selection), err = 0;

	if (code)
		return tell(recording);
	if (check_runs(recording, selection->run))
		return -1;
	if (!query_selects_events(selection))
		code = select_totals(recording, selection->wants != NULL);
	if (code)
		return tell(recording);
	if (query_selects_events(selection) || selection->by_task)
		err = select_records(recording, selection);
	return err;
}
