// SPDX-License-Identifier: MIT
#include "parameter-rows.h"

#include "../coverage/parameters.h"
#include "rows.h"
#include "statements.h"

enum {
	ADD_PARAMETER,
	ADD_ARGUMENT,
};

static const char *const sql[N_PARAMETER_STATEMENTS] = {
	[ADD_PARAMETER] = "INSERT INTO parameter(run, arch, number, position, name, type, size, "
			  "kind) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
	[ADD_ARGUMENT] = "INSERT INTO argument(event, position, text, is_cut) VALUES(?, ?, ?, ?)",
};

int parameter_rows_init(struct parameter_rows *rows, const struct recording *recording,
			sqlite3_int64 run)
{
	*rows = (struct parameter_rows){ .run = run };
	return statements_prepare(recording->db, sql, N_PARAMETER_STATEMENTS, rows->statements);
}

/* Once for each call that was made. */
static int add_parameters(struct parameter_rows *rows, const struct event *event)
{
	const uint64_t key = parameters_key(event->arch, event->number);
	const struct kcov_syscall *syscall = event->syscall;
	int code = SQLITE_OK;

	if (map_get(&rows->written, key))
		return SQLITE_OK;
	if (map_put(&rows->written, key, rows))
		return SQLITE_NOMEM;
	for (unsigned int i = 0; i < syscall->n && !code; i++) {
		const struct kcov_parameter *parameter = &syscall->parameters[i];

		code = rows_write(rows->statements[ADD_PARAMETER], "iiiittit", rows->run,
				  (sqlite3_int64)event->arch, (sqlite3_int64)event->number,
				  (sqlite3_int64)i, parameter->name, parameter->type,
				  (sqlite3_int64)parameter->size,
				  parameter_kind_name(parameter->kind));
	}
	return code;
}

/* A string is TEXT, and other data a BLOB. */
static int add_argument(struct parameter_rows *rows, const struct event_text *text,
			sqlite3_int64 event_row)
{
	sqlite3_stmt *statement = rows->statements[ADD_ARGUMENT];
	int code;

	sqlite3_bind_int64(statement, 1, event_row);
	sqlite3_bind_int64(statement, 2, text->position);
	if (text->is_string)
		sqlite3_bind_text(statement, 3, text->at, (int)text->n, SQLITE_STATIC);
	else
		sqlite3_bind_blob(statement, 3, text->at, (int)text->n, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, text->is_cut);
	code = sqlite3_step(statement);
	sqlite3_reset(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int parameter_rows_add(struct parameter_rows *rows, const struct event *event,
		       sqlite3_int64 event_row)
{
	int code = event->syscall ? add_parameters(rows, event) : SQLITE_OK;

	for (size_t i = 0; i < event->n_texts && !code; i++)
		code = add_argument(rows, &event->texts[i], event_row);
	return code;
}

void parameter_rows_fini(struct parameter_rows *rows)
{
	statements_finalize(rows->statements, N_PARAMETER_STATEMENTS);
	map_fini(&rows->written);
}
