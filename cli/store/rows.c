// SPDX-License-Identifier: MIT
#include "rows.h"

#include <stdarg.h>
#include <stddef.h>

static int bind_one(sqlite3_stmt *statement, int i, char type, va_list *args)
{
	const void *bytes;
	sqlite3_int64 n;

	switch (type) {
	case 'i':
		return sqlite3_bind_int64(statement, i, va_arg(*args, sqlite3_int64));
	case 'o':
		n = va_arg(*args, sqlite3_int64);
		return n < 0 ? sqlite3_bind_null(statement, i)
			     : sqlite3_bind_int64(statement, i, n);
	case 't':
		return sqlite3_bind_text(statement, i, va_arg(*args, const char *), -1,
					 SQLITE_TRANSIENT);
	case 'b':
		bytes = va_arg(*args, const void *);
		return sqlite3_bind_blob64(statement, i, bytes, va_arg(*args, size_t),
					   SQLITE_TRANSIENT);
	default:
		return sqlite3_bind_null(statement, i);
	}
}

static int bind(sqlite3_stmt *statement, const char *types, va_list *args)
{
	int code = SQLITE_OK;

	for (int i = 0; types[i] && code == SQLITE_OK; i++)
		code = bind_one(statement, i + 1, types[i], args);
	return code;
}

int rows_bind(sqlite3_stmt *statement, const char *types, ...)
{
	va_list args;
	int code;

	sqlite3_reset(statement);
	va_start(args, types);
	code = bind(statement, types, &args);
	va_end(args);
	return code;
}

/* SQLITE_ROW, and *ret is its first column, unless it is NULL; SQLITE_DONE; or what failed. */
static int run(sqlite3_stmt *statement, sqlite3_int64 *ret, const char *types, va_list *args)
{
	int end, code = bind(statement, types, args);

	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	if (code == SQLITE_ROW && ret)
		*ret = sqlite3_column_int64(statement, 0);
	end = sqlite3_reset(statement);
	return end != SQLITE_OK ? end : code;
}

static int is_written(int code)
{
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int rows_write(sqlite3_stmt *statement, const char *types, ...)
{
	va_list args;
	int code;

	va_start(args, types);
	code = run(statement, NULL, types, &args);
	va_end(args);
	return is_written(code);
}

int rows_get(sqlite3_stmt *statement, sqlite3_int64 *ret, const char *types, ...)
{
	va_list args;
	int code;

	va_start(args, types);
	code = run(statement, ret, types, &args);
	va_end(args);
	return code;
}

static int run_once(sqlite3 *db, const char *sql, sqlite3_int64 *ret, const char *types,
		    va_list *args)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code)
		return code;
	code = run(statement, ret, types, args);
	sqlite3_finalize(statement);
	return code;
}

int rows_write_once(sqlite3 *db, const char *sql, const char *types, ...)
{
	va_list args;
	int code;

	va_start(args, types);
	code = run_once(db, sql, NULL, types, &args);
	va_end(args);
	return is_written(code);
}

int rows_get_once(sqlite3 *db, const char *sql, sqlite3_int64 *ret, const char *types, ...)
{
	va_list args;
	int code;

	va_start(args, types);
	code = run_once(db, sql, ret, types, &args);
	va_end(args);
	return code;
}

int rows_get_number(sqlite3 *db, const char *sql, sqlite3_int64 *ret)
{
	int code = rows_get_once(db, sql, ret, "");

	return code == SQLITE_ROW ? SQLITE_OK : code;
}
