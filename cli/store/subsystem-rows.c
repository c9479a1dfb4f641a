// SPDX-License-Identifier: MIT
#include "subsystem-rows.h"

#include "../text/error.h"
#include "rows.h"
#include "source-trees.h"

/* An image of whose files no subsystem is known. */
struct image {
	sqlite3_int64 row;
	const char *name;
	/* The tree's; NULL: it is not here. */
	struct subsystems *subsystems;
};

static int find_file(const struct recording *recording, const struct image *image,
		     sqlite3_stmt *file)
{
	const char *path = (const char *)sqlite3_column_text(file, 0);
	const char *dir = (const char *)sqlite3_column_text(file, 1);
	const char *name = image->subsystems ? subsystems_of(image->subsystems, path) : dir;

	/* What is in no tree has its whole path. */
	if (!name || (image->subsystems && path[0] == '/'))
		return SQLITE_OK;
	return rows_write_once(recording->db,
			       "INSERT OR IGNORE INTO found_subsystem VALUES(?, ?, ?)", "ttt",
			       image->name, path, name);
}

static int find_files(const struct recording *recording, const struct image *image)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db, "SELECT path, dir FROM file WHERE image = ?",
				      -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", image->row);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = find_file(recording, image, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int find_image(const struct recording *recording, struct source_trees *trees,
		      sqlite3_stmt *statement)
{
	const char *source = (const char *)sqlite3_column_text(statement, 2);
	const struct image image = {
		.row = sqlite3_column_int64(statement, 0),
		.name = (const char *)sqlite3_column_text(statement, 1),
		.subsystems = source && source[0] ? source_trees_get(trees, source) : NULL,
	};

	if (!image.subsystems)
		error_tell("%s: the subsystems of %s are not known: no %sMAINTAINERS here; its "
			   "directories instead",
			   recording->path, image.name, source ? source : "");
	return find_files(recording, &image);
}

int subsystem_rows_find(const struct recording *recording)
{
	struct source_trees trees = { 0 };
	sqlite3_stmt *statement = NULL;
	int code = recording_run(recording,
				 "CREATE TEMP TABLE IF NOT EXISTS found_subsystem(image TEXT, file "
				 "TEXT, name TEXT, PRIMARY KEY(image, file)) WITHOUT ROWID");

	if (!code)
		code = sqlite3_prepare_v2(
			recording->db,
			"SELECT id, name, source FROM image WHERE EXISTS (SELECT 1 FROM file WHERE "
			"file.image = image.id) AND NOT EXISTS (SELECT 1 FROM file WHERE file.image "
			"= image.id AND subsystem IS NOT NULL)",
			-1, &statement, NULL);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = find_image(recording, &trees, statement);
	sqlite3_finalize(statement);
	source_trees_fini(&trees);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}
