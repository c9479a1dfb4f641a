/* SPDX-License-Identifier: MIT */
/* Prepared statements in an array, by numbers that have names. */
#ifndef KCOVCTL_STATEMENTS_H
#define KCOVCTL_STATEMENTS_H

#include <sqlite3.h>
#include <stddef.h>

/* Prepare n of them into ret, which is all NULL before. A result code of SQLite. */
int statements_prepare(sqlite3 *db, const char *const *sql, size_t n, sqlite3_stmt **ret);

/* Also what was prepared in part. */
void statements_finalize(sqlite3_stmt **statements, size_t n);

#endif
