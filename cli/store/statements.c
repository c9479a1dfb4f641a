// SPDX-License-Identifier: MIT
#include "statements.h"

int statements_prepare(sqlite3 *db, const char *const *sql, size_t n, sqlite3_stmt **ret)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < n && !code; i++)
		code = sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &ret[i], NULL);
	return code;
}

void statements_finalize(sqlite3_stmt **statements, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sqlite3_finalize(statements[i]);
}
