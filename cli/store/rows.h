/* SPDX-License-Identifier: MIT */
/* Rows by statements of SQL. */
#ifndef KCOVCTL_ROWS_H
#define KCOVCTL_ROWS_H

#include <sqlite3.h>

/*
 * Run a statement that returns no row. types has a letter for each parameter: "i" a sqlite3_int64,
 * "t" a text, which may be NULL, "b" bytes and a size_t of how many, "n" NULL, for which nothing
 * follows, "o" a sqlite3_int64 that is NULL if it is negative. A result code of SQLite.
 */
int rows_write(sqlite3_stmt *statement, const char *types, ...);

/*
 * Run one that returns at most one number, such as "INSERT ... RETURNING id" or "SELECT id ...".
 * SQLITE_ROW, and *ret is it; SQLITE_DONE: there is none; or another result code.
 */
int rows_get(sqlite3_stmt *statement, sqlite3_int64 *ret, const char *types, ...);

/* The same of SQL that is run once. */
int rows_write_once(sqlite3 *db, const char *sql, const char *types, ...);
int rows_get_once(sqlite3 *db, const char *sql, sqlite3_int64 *ret, const char *types, ...);

/* SQL that has one number in any case. A result code of SQLite. */
int rows_get_number(sqlite3 *db, const char *sql, sqlite3_int64 *ret);

/* Bind, for statements that return rows; they are reset first. */
int rows_bind(sqlite3_stmt *statement, const char *types, ...);

#endif
