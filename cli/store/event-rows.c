// SPDX-License-Identifier: MIT
#include "event-rows.h"

#include "rows.h"
#include "statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ADD_TASK,
	DOUBT_TASK,
	NAME_TASK,
	ADD_EVENT,
};

static const char *const sql[N_EVENT_STATEMENTS] = {
	[ADD_TASK] = "INSERT INTO task(run, pid, tid, uncovered_what, uncovered_why) "
		     "VALUES(?, ?, ?, ?, ?) RETURNING id",
	[DOUBT_TASK] = "UPDATE task SET doubts = ? WHERE id = ?",
	[NAME_TASK] = "UPDATE task SET comm = ? WHERE id = ?",
	[ADD_EVENT] = "INSERT INTO event(run, task, kind, covered, handles, call, arch, number, "
		      "a0, a1, a2, a3, a4, a5, result, errno, started, complete, is_full, doubts, "
		      "capacity, records, block, at, addresses) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, "
		      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

int event_rows_init(struct event_rows *rows, const struct recording *recording, sqlite3_int64 run)
{
	*rows = (struct event_rows){ .run = run };
	return statements_prepare(recording->db, sql, N_EVENT_STATEMENTS, rows->statements);
}

int event_rows_add_task(struct event_rows *rows, pid_t pid, pid_t tid, const char *what,
			const char *why, sqlite3_int64 *ret)
{
	int code = rows_get(rows->statements[ADD_TASK], ret, "iiitt", rows->run, (sqlite3_int64)pid,
			    (sqlite3_int64)tid, what, why);

	return code == SQLITE_ROW ? SQLITE_OK : code;
}

int event_rows_doubt(struct event_rows *rows, sqlite3_int64 task, unsigned int doubts)
{
	return rows_write(rows->statements[DOUBT_TASK], "ii", (sqlite3_int64)doubts, task);
}

int event_rows_name(struct event_rows *rows, sqlite3_int64 task, const char *comm)
{
	return rows_write(rows->statements[NAME_TASK], "ti", comm, task);
}

/* "common usb:1"; NULL: it has none, or there is no memory. */
static char *join_handles(const struct event *event)
{
	char text[KCOV_HANDLE_TEXT_SIZE], *ret = NULL;
	size_t size;
	FILE *out;

	if (!event->n_handles)
		return NULL;
	out = open_memstream(&ret, &size);
	for (size_t i = 0; out && i < event->n_handles; i++)
		if (!kcov_handle_print(event->handles[i], sizeof(text), text))
			fprintf(out, "%s%s", i ? " " : "", text);
	if (out)
		fclose(out);
	return ret;
}

static void bind_call(sqlite3_stmt *statement, const struct event *event)
{
	for (int i = 7; i <= 16; i++)
		sqlite3_bind_null(statement, i);
	if (!event->has_call)
		return;
	sqlite3_bind_int64(statement, 7, event->arch);
	sqlite3_bind_int64(statement, 8, (sqlite3_int64)event->number);
	for (int i = 0; i < 6; i++)
		sqlite3_bind_int64(statement, 9 + i, (sqlite3_int64)event->args[i]);
	if (event->kind != EVENT_CALL)
		return;
	sqlite3_bind_int64(statement, 15, event->result);
	if (event->is_error)
		sqlite3_bind_text(statement, 16, strerrorname_np((int)-event->result), -1,
				  SQLITE_STATIC);
}

static void bind_start(sqlite3_stmt *statement, const struct event *event)
{
	if (event->start.tv_sec)
		sqlite3_bind_int64(statement, 17,
				   (sqlite3_int64)event->start.tv_sec * 1000000000 +
					   event->start.tv_nsec);
	else
		sqlite3_bind_null(statement, 17);
}

/* A row, or a number; 0: none. */
static void bind_positive(sqlite3_stmt *statement, int column, sqlite3_int64 row)
{
	if (row)
		sqlite3_bind_int64(statement, column, row);
	else
		sqlite3_bind_null(statement, column);
}

static void bind_records(sqlite3_stmt *statement, const struct event *event,
			 const struct event_links *links)
{
	sqlite3_bind_int(statement, 18, !event->records.full && !event->doubts);
	sqlite3_bind_int(statement, 19, event->records.full);
	sqlite3_bind_int64(statement, 20, event->doubts);
	sqlite3_bind_int64(statement, 21, (sqlite3_int64)event->capacity);
	sqlite3_bind_int64(statement, 22, (sqlite3_int64)event->records.count);
	bind_positive(statement, 23, links->block);
	if (links->block)
		sqlite3_bind_int64(statement, 24, links->at);
	else
		sqlite3_bind_null(statement, 24);
	bind_positive(statement, 25, links->addresses);
}

int event_rows_add(struct event_rows *rows, const struct event *event,
		   const struct event_links *links)
{
	static const char *const kinds[] = { "call", "between", "exit",
					     "task", "remote",  "not_covered" };
	sqlite3_stmt *statement = rows->statements[ADD_EVENT];
	char *handles = join_handles(event);
	int code;

	sqlite3_bind_int64(statement, 1, rows->run);
	bind_positive(statement, 2, links->task);
	sqlite3_bind_text(statement, 3, kinds[event->kind], -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, event->is_covered);
	sqlite3_bind_text(statement, 5, handles, -1, SQLITE_STATIC);
	bind_positive(statement, 6, links->call);
	bind_call(statement, event);
	bind_start(statement, event);
	bind_records(statement, event, links);
	code = sqlite3_step(statement);
	sqlite3_reset(statement);
	free(handles);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

void event_rows_fini(struct event_rows *rows)
{
	statements_finalize(rows->statements, N_EVENT_STATEMENTS);
}
