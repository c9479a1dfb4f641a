// SPDX-License-Identifier: MIT
#include "known-points.h"

#include "../base/array.h"
#include "schema.h"

#include <stdlib.h>
#include <string.h>

static int add_image(struct known_points *points, sqlite3_stmt *statement)
{
	const char *id = (const char *)sqlite3_column_text(statement, 1);
	struct known_image *image;

	if (!array_reserve(&points->images, 1))
		return SQLITE_NOMEM;
	image = &points->images.at[points->images.n++];
	*image = (struct known_image){ .row = sqlite3_column_int64(statement, 0),
				       .id = id ? strdup(id) : NULL };
	return image->id ? SQLITE_OK : SQLITE_NOMEM;
}

/* One of calls; NULL: no memory. */
static const char *keep_call(struct known_points *points, const char *name)
{
	for (size_t i = 0; i < points->calls.n; i++)
		if (strcmp(points->calls.at[i], name) == 0)
			return points->calls.at[i];
	if (!array_reserve(&points->calls, 1))
		return NULL;
	points->calls.at[points->calls.n] = strdup(name);
	return points->calls.at[points->calls.n] ? points->calls.at[points->calls.n++] : NULL;
}

/* Those of an image come one after the other. */
static int add_point(struct known_points *points, struct known_image **image,
		     sqlite3_stmt *statement)
{
	const struct known_image *end = points->images.at + points->images.n;
	const sqlite3_int64 row = sqlite3_column_int64(statement, 1);
	const char *call = (const char *)sqlite3_column_text(statement, 4);
	struct known_point *point;

	while (*image < end && (*image)->row != row)
		(*image)++;
	/* Of an image that there is not: no block can name it. */
	if (*image == end)
		return SQLITE_OK;
	if (!array_reserve(points, 1))
		return SQLITE_NOMEM;
	point = &points->at[points->n];
	*point = (struct known_point){ .row = sqlite3_column_int64(statement, 0),
				       .call = call ? keep_call(points, call) : NULL,
				       .counts = sqlite3_column_int(statement, 3) };
	if (call && !point->call)
		return SQLITE_NOMEM;
	return map_put(&(*image)->points, (uint64_t)sqlite3_column_int64(statement, 2),
		       (void *)(uintptr_t)++points->n)
		       ? SQLITE_NOMEM
		       : SQLITE_OK;
}

static int read_images(const struct recording *recording, struct known_points *points)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db, "SELECT id, build_id FROM image ORDER BY id",
				      -1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_image(points, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int read_points(const struct recording *recording, struct known_points *points)
{
	struct known_image *image = points->images.at;
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db,
				      "SELECT id, image, offset, " SCHEMA_COUNTS
				      ", call FROM point ORDER BY image, id",
				      -1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_point(points, &image, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int known_points_read(const struct recording *recording, struct known_points *ret)
{
	struct known_points points = { 0 };
	int code = read_images(recording, &points);

	if (!code)
		code = read_points(recording, &points);
	if (code)
		known_points_fini(&points);
	else
		*ret = points;
	return code;
}

const struct known_image *known_points_image(const struct known_points *points, const void *id,
					     size_t size)
{
	for (size_t i = 0; i < points->images.n; i++)
		if (strlen(points->images.at[i].id) == size &&
		    memcmp(points->images.at[i].id, id, size) == 0)
			return &points->images.at[i];
	return NULL;
}

void known_points_fini(struct known_points *points)
{
	for (size_t i = 0; i < points->images.n; i++) {
		free(points->images.at[i].id);
		map_fini(&points->images.at[i].points);
	}
	free(points->images.at);
	for (size_t i = 0; i < points->calls.n; i++)
		free(points->calls.at[i]);
	free(points->calls.at);
	free(points->at);
	*points = (struct known_points){ 0 };
}
