// SPDX-License-Identifier: MIT
#include "recorded-frames.h"

#include "../base/array.h"
#include "frame-text.h"
#include "rows.h"
#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	/* Bits of a row of a function, in a number that tells copies apart. */
	ROW_BITS = 40,
};

struct reading {
	const struct recorded_image *image;
	uint64_t number;
	struct source_lines *lines;
	/* By row. */
	struct map functions;
	struct {
		struct source_frame *at;
		size_t n, room;
	} chain;
};

/* A function, its file, and the directory that the file is in. 0 or -ENOMEM. */
static int add_function(struct reading *reading, sqlite3_stmt *statement)
{
	const sqlite3_int64 row = sqlite3_column_int64(statement, 0);
	const char *name = (const char *)sqlite3_column_text(statement, 1);
	const char *file = (const char *)sqlite3_column_text(statement, 2);
	const char *source = (const char *)sqlite3_column_text(statement, 3);
	struct source_function *function;
	char *path = NULL;

	if (file[0] && asprintf(&path, "%s%s", file[0] != '/' && source ? source : "", file) < 0)
		return -ENOMEM;
	function = source_lines_function(reading->lines, path, file, name);
	free(path);
	return function ? map_put(&reading->functions, (uint64_t)row, function) : -ENOMEM;
}

static int add_frame(struct reading *reading, const struct stored_frame *stored)
{
	const struct source_frame frame = { .function =
						    map_get(&reading->functions, stored->function),
					    .line = stored->line,
					    .column = stored->column };

	if (!frame.function)
		return -EBADMSG;
	if (!array_reserve(&reading->chain, 1))
		return -ENOMEM;
	reading->chain.at[reading->chain.n++] = frame;
	return 0;
}

static int read_frames(struct reading *reading, const char *text)
{
	struct stored_frame frame;
	int err = 0, more;

	reading->chain.n = 0;
	/* Nothing is known of it. */
	if (!text)
		return 0;
	while (!err && (more = frame_text_next(&text, &frame)) > 0)
		err = add_frame(reading, &frame);
	return err ? err : more;
}

static int add_point(struct reading *reading, sqlite3_stmt *statement)
{
	const uint64_t offset = (uint64_t)sqlite3_column_int64(statement, 0);
	const uint64_t function = (uint64_t)sqlite3_column_int64(statement, 2);
	struct point_hit *hit = point_hits_find(&reading->image->hits, offset);
	int err;

	/* In a file that somebody else made, two can have one offset. */
	if (!hit || hit->is_done)
		return hit ? 0 : -EBADMSG;
	hit->is_done = true;
	err = read_frames(reading, (const char *)sqlite3_column_text(statement, 1));
	if (err)
		return err;
	return source_lines_add(reading->lines,
				reading->number << ROW_BITS |
					(function & ((UINT64_C(1) << ROW_BITS) - 1)),
				reading->chain.at, reading->chain.n, hit->hits);
}

/* Rows of an image, one by one. A result code of SQLite, or -errno. */
static int read_rows(struct reading *reading, const struct recording *recording, const char *sql,
		     int (*each)(struct reading *reading, sqlite3_stmt *statement))
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db, sql, -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "t", reading->image->id);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = each(reading, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int recorded_frames_add(const struct recording *recording, const struct recorded_image *image,
			uint64_t number, struct source_lines *lines)
{
	struct reading reading = { .image = image, .number = number, .lines = lines };
	int err = read_rows(&reading, recording,
			    "SELECT function.id, function.called, file.path, image.source FROM "
			    "function JOIN file ON file.id = function.file JOIN image ON image.id "
			    "= function.image WHERE image.build_id = ?",
			    add_function);

	if (!err)
		err = read_rows(&reading, recording,
				"SELECT point.offset, point.frames, point.function FROM image JOIN "
				"point ON point.image = image.id WHERE image.build_id = ? AND "
				"point.id IN (SELECT point FROM hit WHERE run IN (SELECT id FROM "
				"chosen_run)) AND point.offset >= 0 AND " SCHEMA_COUNTS,
				add_point);
	map_fini(&reading.functions);
	free(reading.chain.at);
	return err ? recording_cannot_read(recording, err, "the frames of a point are none") : 0;
}
