// SPDX-License-Identifier: MIT
#include "stored-names.h"

#include "../base/array.h"

#include <string.h>

static int compare(const void *left, const void *right)
{
	const struct stored_name *a = left, *b = right;

	if (a->within != b->within)
		return a->within < b->within ? -1 : 1;
	return strcmp(a->name, b->name);
}

static int add(struct stored_names *names, sqlite3_stmt *statement)
{
	const char *name = (const char *)sqlite3_column_text(statement, 1);
	struct stored_name *added;

	/* NULL: in a file that somebody else made. */
	if (!name)
		return SQLITE_OK;
	if (!array_reserve(names, 1))
		return SQLITE_NOMEM;
	added = &names->at[names->n];
	*added = (struct stored_name){ .within = sqlite3_column_int64(statement, 0),
				       .name = strdup(name),
				       .row = sqlite3_column_int64(statement, 2) };
	if (!added->name)
		return SQLITE_NOMEM;
	names->n++;
	return SQLITE_OK;
}

int stored_names_read(struct stored_names *names, sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add(names, statement);
	sqlite3_finalize(statement);
	if (names->n)
		qsort(names->at, names->n, sizeof(*names->at), compare);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

sqlite3_int64 stored_names_find(const struct stored_names *names, sqlite3_int64 within,
				const char *name)
{
	const struct stored_name key = { .within = within, .name = (char *)name };
	const struct stored_name *found =
		names->n ? bsearch(&key, names->at, names->n, sizeof(*names->at), compare) : NULL;

	return found ? found->row : 0;
}

void stored_names_fini(struct stored_names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->at[i].name);
	free(names->at);
	*names = (struct stored_names){ 0 };
}
