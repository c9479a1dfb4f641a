// SPDX-License-Identifier: MIT
#include "image-functions.h"

#include "../text/error.h"
#include "file-names.h"
#include "rows.h"

#include <errno.h>
#include <string.h>

enum {
	SOME = 256,
};

static int add(sqlite3_stmt *statement, const char *build_id, const struct kcov_function *function)
{
	if (!function->points)
		return SQLITE_OK;
	return rows_write(statement, "tttoi", build_id,
			  file_name_of(function->path, function->file),
			  function->name ? function->name : "",
			  function->line ? (sqlite3_int64)function->line : -1,
			  (sqlite3_int64)function->points);
}

/* A result code of SQLite, or -errno of the symbolizer. */
static int add_all(sqlite3_stmt *statement, const char *build_id,
		   const struct kcov_symbolizer *symbolizer, const char *image)
{
	struct kcov_function functions[SOME];
	size_t first = 0;
	int code = SQLITE_OK, n;

	do {
		n = kcov_symbolizer_functions(symbolizer, image, first, functions, SOME);
		for (int i = 0; i < n && !code; i++)
			code = add(statement, build_id, &functions[i]);
		first += SOME;
	} while (!code && n == SOME);
	return code ? code : n < 0 ? n : SQLITE_OK;
}

int image_functions_add(const struct recording *recording, const char *build_id,
			const struct kcov_symbolizer *symbolizer, const char *image)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db,
				      "INSERT INTO image_function SELECT name, ?2, ?3, ?4, ?5 FROM "
				      "image WHERE build_id = ?1",
				      -1, &statement, NULL);

	if (!code)
		code = add_all(statement, build_id, symbolizer, image);
	sqlite3_finalize(statement);
	if (code < 0)
		error_tell("cannot tell the functions of build-id %s: %s", build_id,
			   strerror(-code));
	else if (code)
		recording_tell(recording, "read");
	return code ? -1 : 0;
}
