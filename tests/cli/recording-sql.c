// SPDX-License-Identifier: MIT
/*
 * recording-sql FILE SQL: what sqlite3 does, with the checksums of a recording's pages, so that
 * tests can make one that somebody else could have made.
 */
#include "../../cli/store/page-sums.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	sqlite3 *db = NULL;
	char *error = NULL;
	int code;

	if (argc != 3 || page_sums_register())
		return 2;
	code = sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE, PAGE_SUMS_VFS);
	/* Rollback journals leave pages without a sum. */
	if (!code)
		code = sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, &error);
	if (!code)
		code = sqlite3_exec(db, argv[2], NULL, NULL, &error);
	if (!code)
		code = sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, &error);
	if (code)
		fprintf(stderr, "recording-sql: %s\n", error ? error : sqlite3_errmsg(db));
	sqlite3_free(error);
	sqlite3_close(db);
	return code ? 1 : 0;
}
