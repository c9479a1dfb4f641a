// SPDX-License-Identifier: MIT
#include "image-places.h"

#include "../base/array.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

/* "id, build_id, name, kind" of an image that is another one than the last. */
static struct placed_image *image_of(struct image_places *places, sqlite3_stmt *statement)
{
	const sqlite3_int64 row = sqlite3_column_int64(statement, 0);
	struct placed_image *image =
		places->images.n ? &places->images.at[places->images.n - 1] : NULL;

	if (image && image->row == row)
		return image;
	if (!array_reserve(&places->images, 1))
		return NULL;
	image = &places->images.at[places->images.n++];
	*image = (struct placed_image){
		.row = row,
		.id = strdup((const char *)sqlite3_column_text(statement, 1)),
		.name = strdup((const char *)sqlite3_column_text(statement, 2)),
		.is_unknown = sqlite3_column_int(statement, 3),
	};
	return image->id && image->name ? image : NULL;
}

static int add_place(struct image_places *places, sqlite3_stmt *statement)
{
	struct placed_image *image = image_of(places, statement);

	if (!image)
		return SQLITE_NOMEM;
	if (sqlite3_column_type(statement, 4) == SQLITE_NULL)
		return SQLITE_OK;
	if (!array_reserve(&image->places, 1))
		return SQLITE_NOMEM;
	image->places.at[image->places.n++] =
		(struct image_place){ .offset = (uint64_t)sqlite3_column_int64(statement, 4),
				      .address = (uint64_t)sqlite3_column_int64(statement, 5),
				      .base = (uint64_t)sqlite3_column_int64(statement, 6) };
	return SQLITE_OK;
}

int image_places_read(struct image_places *places, const struct recording *recording,
		      sqlite3_int64 run)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(
		recording->db,
		/* No column has NULL, but in a file that somebody else made. */
		"SELECT image.id, ifnull(build_id, ''), ifnull(name, ''), kind = 'unknown', offset, address, base "
		"FROM image LEFT JOIN placement ON placement.image = image.id AND "
		"placement.run = ? ORDER BY image.id, offset",
		-1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "i", run);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add_place(places, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

const struct placed_image *image_places_find(const struct image_places *places, const void *id,
					     size_t size)
{
	for (size_t i = 0; i < places->images.n; i++)
		if (strlen(places->images.at[i].id) == size &&
		    memcmp(places->images.at[i].id, id, size) == 0)
			return &places->images.at[i];
	return NULL;
}

const struct image_place *placed_image_at(const struct placed_image *image, uint64_t offset)
{
	size_t low = 0, high = image->places.n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (image->places.at[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return image->places.n ? &image->places.at[low - (low > 0)] : NULL;
}

void image_places_fini(struct image_places *places)
{
	for (size_t i = 0; i < places->images.n; i++) {
		free(places->images.at[i].id);
		free(places->images.at[i].name);
		free(places->images.at[i].places.at);
	}
	free(places->images.at);
}
