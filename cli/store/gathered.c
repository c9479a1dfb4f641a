// SPDX-License-Identifier: MIT
#include "gathered.h"

#include "../text/error.h"
#include "page-sums.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is looked for is found faster than in a recording, which has no room for these. */
static const char sql_indexes[] =
	"CREATE UNIQUE INDEX gathered_file ON file(image, path);"
	"CREATE UNIQUE INDEX gathered_function ON function(image, file, name);"
	"CREATE UNIQUE INDEX gathered_point ON point(image, offset);"
	/* Which rows of the other recording are which here. */
	"CREATE TEMP TABLE map_run(old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE map_image(old INTEGER PRIMARY KEY, new INTEGER, is_unknown INTEGER);"
	"CREATE TEMP TABLE map_file(old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE map_function(old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE map_point(old INTEGER PRIMARY KEY, new INTEGER);"
	"CREATE TEMP TABLE map_call(old INTEGER PRIMARY KEY, new INTEGER);"
	/* By how much ids are more here of what no other recording has. */
	"CREATE TEMP TABLE more(task INTEGER, block INTEGER, part INTEGER, event INTEGER)";

static const char sql_begin[] =
	"DELETE FROM map_run; DELETE FROM map_image; DELETE FROM map_file; "
	"DELETE FROM map_function; DELETE FROM map_point; DELETE FROM map_call; DELETE FROM more;"
	"INSERT INTO more SELECT (SELECT ifnull(max(id), 0) FROM main.task), "
	"(SELECT ifnull(max(id), 0) FROM main.block), (SELECT ifnull(max(id), 0) FROM main.part), "
	"(SELECT ifnull(max(id), 0) FROM main.event);"
	/* A run that is here already is another copy of it. */
	"INSERT INTO map_run SELECT id, NULL FROM other.run WHERE uuid NOT IN (SELECT uuid FROM "
	"main.run)";

/* What a column is here, if it is not what it is there. */
struct column {
	/* NULL: of any table. */
	const char *table;
	const char *name;
	/* NULL: it gets a number of its own. */
	const char *sql;
};

static const struct column columns[] = {
	{ "task", "id", "o.id + (SELECT task FROM more)" },
	{ "block", "id", "o.id + (SELECT block FROM more)" },
	{ "part", "id", "o.id + (SELECT part FROM more)" },
	{ "event", "id", "o.id + (SELECT event FROM more)" },
	{ "point", "id", "(SELECT new FROM map_point WHERE old = o.id)" },
	{ NULL, "id", NULL },
	{ NULL, "run", "(SELECT new FROM map_run WHERE old = o.run)" },
	{ NULL, "image", "(SELECT new FROM map_image WHERE old = o.image)" },
	{ NULL, "file", "(SELECT new FROM map_file WHERE old = o.file)" },
	{ NULL, "function", "(SELECT new FROM map_function WHERE old = o.function)" },
	{ NULL, "point", "(SELECT new FROM map_point WHERE old = o.point)" },
	{ NULL, "task", "o.task + (SELECT task FROM more)" },
	{ NULL, "block", "o.block + (SELECT block FROM more)" },
	{ NULL, "event", "o.event + (SELECT event FROM more)" },
	/* There it is a name. */
	{ "point", "call", "o.call" },
	{ NULL, "call", "(SELECT new FROM map_call WHERE old = o.call)" },
	{ "point", "frames",
	  "(SELECT json_group_array(((SELECT new FROM map_function WHERE old = f.value >> 32) << "
	  "32) | (f.value & 4294967295)) FROM json_each(o.frames) AS f HAVING "
	  "count(*))" },
	/* Points of an image are at the same distance from each other everywhere; what is in no
	 * image is counted. */
	{ "call_hit", "spans",
	  "(SELECT json_group_object(span, json(hits)) FROM (SELECT s.key + ((m.new - m.old) << "
	  "28) AS span, s.value AS hits FROM json_each(o.spans) AS s JOIN map_image AS m ON m.old "
	  "= s.key >> 28 WHERE NOT m.is_unknown UNION ALL SELECT p.new >> 12 AS span, "
	  "json_group_array((hit.value >> 12 << 12) | (p.new & 4095)) AS hits FROM "
	  "json_each(o.spans) AS s JOIN map_image AS m ON m.old = s.key >> 28 JOIN "
	  "json_each(s.value) AS hit JOIN map_point AS p ON p.old = (s.key << 12) + (hit.value & "
	  "4095) WHERE m.is_unknown GROUP BY p.new >> 12))" },
};

static const struct column *find_column(const char *table, const char *name)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (strcmp(columns[i].name, name) == 0 &&
		    (!columns[i].table || strcmp(columns[i].table, table) == 0))
			return &columns[i];
	return NULL;
}

static void add_column(const char *table, const char *name, sqlite3_str *names, sqlite3_str *values)
{
	const struct column *column = find_column(table, name);
	const char *comma = sqlite3_str_length(names) ? ", " : "";

	if (column && !column->sql)
		return;
	sqlite3_str_appendf(names, "%s\"%w\"", comma, name);
	if (column)
		sqlite3_str_appendf(values, "%s%s", comma, column->sql);
	else
		sqlite3_str_appendf(values, "%so.\"%w\"", comma, name);
}

/* The columns that both have, as lists for INSERT and for SELECT. A result code of SQLite. */
static int list_columns(sqlite3 *db, const char *table, sqlite3_str *names, sqlite3_str *values)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db,
				      "SELECT name FROM pragma_table_info(?1, 'main') WHERE name "
				      "IN (SELECT name FROM pragma_table_info(?1, 'other'))",
				      -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "t", table);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		add_column(table, (const char *)sqlite3_column_text(statement, 0), names, values);
		code = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Rows of a table; those that are here already stay as they are. A result code of SQLite. */
static int copy(const struct recording *to, const char *table, const char *where)
{
	sqlite3_str *names = sqlite3_str_new(to->db), *values = sqlite3_str_new(to->db);
	int code = list_columns(to->db, table, names, values);
	const bool is_there = sqlite3_str_length(names) || sqlite3_str_errcode(names);
	char *into = sqlite3_str_finish(names), *from = sqlite3_str_finish(values);
	char *sql = into && from ? sqlite3_mprintf("INSERT INTO main.%s(%s) SELECT %s FROM "
						   "other.%s AS o %s ON CONFLICT DO NOTHING",
						   table, into, from, table, where)
				 : NULL;

	/* It has no such table: it is older. */
	if (!code && is_there)
		code = sql ? recording_run(to, sql) : SQLITE_NOMEM;
	sqlite3_free(into);
	sqlite3_free(from);
	sqlite3_free(sql);
	return code;
}

/* What is copied, and what is to be known behind it, in this order. */
static const struct {
	const char *table;
	const char *where;
	const char *then;
} copies[] = {
	{ "run", "WHERE o.id IN (SELECT old FROM map_run) ORDER BY o.id",
	  "UPDATE map_run SET new = (SELECT here.id FROM main.run AS here JOIN other.run AS o ON "
	  "here.uuid = o.uuid WHERE o.id = map_run.old)" },
	{ "image", "WHERE true",
	  "INSERT INTO map_image SELECT o.id, here.id, here.kind = 'unknown' FROM other.image AS o "
	  "JOIN main.image AS here ON here.build_id = o.build_id;"
	  /* One can know more than the other. */
	  "UPDATE main.image SET (points, init_points, functions, lines, source) = (SELECT "
	  "o.points, o.init_points, o.functions, o.lines, o.source FROM other.image AS o WHERE "
	  "o.build_id = main.image.build_id) WHERE points IS NULL AND build_id IN (SELECT build_id "
	  "FROM other.image)" },
	{ "file", "WHERE true",
	  "INSERT INTO map_file SELECT o.id, here.id FROM other.file AS o JOIN map_image AS m ON "
	  "m.old = o.image JOIN main.file AS here ON here.image = m.new AND here.path = o.path;"
	  "UPDATE main.file SET subsystem = (SELECT o.subsystem FROM map_file JOIN other.file AS o "
	  "ON o.id = map_file.old WHERE map_file.new = main.file.id) WHERE subsystem IS NULL AND "
	  "id IN (SELECT new FROM map_file)" },
	{ "function", "WHERE true",
	  "INSERT INTO map_function SELECT o.id, here.id FROM other.function AS o JOIN main.function "
	  "AS here ON here.image = (SELECT new FROM map_image WHERE old = o.image) AND here.file = "
	  "(SELECT new FROM map_file WHERE old = o.file) AND here.name = o.name;"
	  "INSERT INTO map_point SELECT o.id, (m.new << 40) + o.offset FROM other.point AS o JOIN "
	  "map_image AS m ON m.old = o.image WHERE NOT m.is_unknown;"
	  "INSERT INTO map_point SELECT o.id, here.id FROM other.point AS o JOIN map_image AS m ON "
	  "m.old = o.image JOIN main.point AS here ON here.image = m.new AND here.offset = o.offset "
	  "WHERE m.is_unknown;"
	  "INSERT INTO map_point SELECT o.id, (SELECT ifnull(max(id), m.new << 40) FROM main.point "
	  "WHERE image = m.new) + row_number() OVER (PARTITION BY m.new ORDER BY o.id) FROM "
	  "other.point AS o JOIN map_image AS m ON m.old = o.image WHERE m.is_unknown AND o.id NOT "
	  "IN (SELECT old FROM map_point)" },
	{ "point", "WHERE true", NULL },
	{ "call", "WHERE true",
	  "INSERT INTO map_call SELECT o.id, here.id FROM other.call AS o JOIN main.call AS here "
	  "ON here.name = o.name" },
	{ "placement", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "task", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "hit", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "call_run", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "call_hit", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "block", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "part", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "event", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "parameter", "WHERE o.run IN (SELECT old FROM map_run)", NULL },
	{ "argument",
	  "WHERE o.event IN (SELECT id FROM other.event WHERE run IN (SELECT old FROM "
	  "map_run))",
	  NULL },
};

static int copy_all(const struct recording *to)
{
	int code = recording_run(to, sql_begin);

	for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]) && !code; i++) {
		code = copy(to, copies[i].table, copies[i].where);
		if (!code && copies[i].then)
			code = recording_run(to, copies[i].then);
	}
	return code;
}

/* A path as URIs of SQLite have it. NULL: no memory. */
static char *uri_of(sqlite3 *db, const char *path)
{
	sqlite3_str *ret = sqlite3_str_new(db);

	/* One that begins with "//" would be that of another machine. */
	sqlite3_str_appendall(ret, "file:");
	for (; *path; path++) {
		if (strchr("%?#/", *path))
			sqlite3_str_appendf(ret, "%%%02x", *path);
		else
			sqlite3_str_appendchar(ret, 1, *path);
	}
	sqlite3_str_appendall(ret, "?vfs=" PAGE_SUMS_VFS "&mode=ro");
	return sqlite3_str_finish(ret);
}

static int attach(const struct recording *to, const char *path)
{
	char *uri = uri_of(to->db, path);
	int code = uri ? rows_write_once(to->db, "ATTACH ? AS other", "t", uri) : SQLITE_NOMEM;

	sqlite3_free(uri);
	return code;
}

/* It was opened by itself before: it is what it should be. 0 or -1, told. */
static int add(const struct recording *to, const char *path)
{
	int code = attach(to, path);
	const bool is_attached = !code;

	if (!code)
		code = recording_run(to, "BEGIN");
	if (!code)
		code = copy_all(to);
	if (!code)
		code = recording_run(to, "COMMIT");
	if ((code & 0xff) == SQLITE_CONSTRAINT)
		error_tell("cannot read %s: it is damaged: its rows do not fit each other", path);
	else if (code)
		recording_tell_of(to, "other", path, "read");
	if (!sqlite3_get_autocommit(to->db))
		recording_run(to, "ROLLBACK");
	if (is_attached)
		recording_run(to, "DETACH other");
	return code ? -1 : 0;
}

static int check(const char *path)
{
	struct recording recording;

	if (recording_open(path, &recording))
		return -1;
	recording_close(&recording);
	return 0;
}

/* "kcov.db and 2 others" */
static int name(const char *const *paths, size_t n, struct gathered *ret)
{
	if (asprintf(&ret->name, "%s and %zu other%s", paths[0], n - 1, n > 2 ? "s" : "") < 0) {
		ret->name = NULL;
		error_tell("out of memory");
		return -1;
	}
	ret->recording.path = ret->name;
	return 0;
}

int gathered_open(const char *const *paths, size_t n, struct gathered *ret)
{
	struct gathered gathered = { 0 };
	int err = 0;

	*ret = gathered;
	if (n == 1)
		return recording_open(paths[0], &ret->recording);
	for (size_t i = 0; i < n && !err; i++)
		err = check(paths[i]);
	if (err || recording_create(NULL, &gathered.recording))
		return -1;
	if (recording_run(&gathered.recording, sql_indexes)) {
		recording_tell(&gathered.recording, "read");
		err = -1;
	}
	for (size_t i = 0; i < n && !err; i++)
		err = add(&gathered.recording, paths[i]);
	if (!err)
		err = name(paths, n, &gathered);
	if (err)
		gathered_close(&gathered);
	else
		*ret = gathered;
	return err;
}

void gathered_close(struct gathered *gathered)
{
	recording_close(&gathered->recording);
	free(gathered->name);
}
