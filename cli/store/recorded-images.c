// SPDX-License-Identifier: MIT
#include "recorded-images.h"

#include "../base/array.h"
#include "rows.h"
#include "schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct recorded_image *add(struct recorded_images *images, sqlite3_stmt *statement)
{
	const char *path = (const char *)sqlite3_column_text(statement, 3);
	struct recorded_image image = {
		.id = strdup((const char *)sqlite3_column_text(statement, 1)),
		.name = strdup((const char *)sqlite3_column_text(statement, 2)),
		.path = path ? strdup(path) : NULL,
		.is_kernel = sqlite3_column_int(statement, 4),
	};

	if (image.id && image.name && (!path || image.path) && array_reserve(images, 1)) {
		images->at[images->n] = image;
		return &images->at[images->n++];
	}
	free(image.id);
	free(image.name);
	free(image.path);
	return NULL;
}

static int add_hit(sqlite3_stmt *statement, struct point_hits *hits)
{
	const sqlite3_int64 n = sqlite3_column_int64(statement, 1);

	if (n <= 0)
		return -EBADMSG;
	if (!array_reserve(hits, 1))
		return -ENOMEM;
	hits->at[hits->n++] =
		(struct point_hit){ .offset = (uint64_t)sqlite3_column_int64(statement, 0),
				    .hits = (uint64_t)n };
	return 0;
}

/* Of the image of that row. A result code of SQLite, or -errno. */
static int read_hits(const struct recording *recording, sqlite3_int64 image, struct point_hits *ret)
{
	sqlite3_stmt *statement;
	int err = 0,
	    code = sqlite3_prepare_v2(
		    recording->db,
		    "SELECT point.offset, sum(hit.hits) FROM hit JOIN point ON point.id = hit.point "
		    "WHERE hit.run IN (SELECT id FROM chosen_run) AND point.image = ? AND "
		    "point.offset >= 0 AND " SCHEMA_COUNTS
		    " GROUP BY point.offset ORDER BY point.offset",
		    -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", image);
	while (!code && !err && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		code = SQLITE_OK;
		err = add_hit(statement, ret);
	}
	sqlite3_finalize(statement);
	if (err)
		return err;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int add_image(const struct recording *recording, struct recorded_images *images,
		     sqlite3_stmt *statement)
{
	struct recorded_image *image = add(images, statement);

	return image ? read_hits(recording, sqlite3_column_int64(statement, 0), &image->hits)
		     : -ENOMEM;
}

int recorded_images_read(const struct recording *recording, struct recorded_images *images)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(
		recording->db,
		"SELECT id, build_id, name, path, kind = 'vmlinux' FROM image WHERE kind <> "
		"'unknown' ORDER BY id",
		-1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_image(recording, images, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE
		       ? 0
		       : recording_cannot_read(recording, code, "something was hit less than once");
}

void recorded_images_fini(struct recorded_images *images)
{
	for (size_t i = 0; i < images->n; i++) {
		free(images->at[i].id);
		free(images->at[i].name);
		free(images->at[i].path);
		point_hits_fini(&images->at[i].hits);
	}
	free(images->at);
}
