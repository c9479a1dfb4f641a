// SPDX-License-Identifier: MIT
#include "recorded-addresses.h"

#include "../base/array.h"
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Where the image lay in that run: its addresses are its offsets and what is between the two of the
 * last placement that is not behind it, or else of the first. The offset of what is in no image is
 * its address.
 */
static const char sql[] =
	"SELECT DISTINCT iif(image.kind = 'unknown', '', image.build_id), point.offset, CASE WHEN image.kind = 'unknown' THEN "
	"point.offset ELSE point.offset + ifnull((SELECT address - offset FROM placement WHERE run "
	"= hit.run AND image = point.image AND offset <= point.offset ORDER BY offset DESC LIMIT "
	"1), (SELECT address - offset FROM placement WHERE run = hit.run AND image = point.image "
	"ORDER BY offset LIMIT 1)) END FROM hit JOIN point ON point.id = hit.point JOIN image ON "
	"image.id = point.image WHERE hit.run IN (SELECT id FROM chosen_run) AND (?1 IS NULL OR "
	"point.function IN (SELECT function.id FROM function JOIN file ON file.id = function.file "
	"WHERE file.path GLOB ?1))";

/* The number of an image. 0 or -ENOMEM. */
static int find_image(struct recorded_addresses *addresses, const char *id, size_t *ret)
{
	char *copy;

	for (*ret = 0; *ret < addresses->images.n; (*ret)++)
		if (strcmp(addresses->images.at[*ret], id) == 0)
			return 0;
	copy = array_reserve(&addresses->images, 1) ? strdup(id) : NULL;
	if (!copy)
		return -ENOMEM;
	addresses->images.at[addresses->images.n++] = copy;
	return 0;
}

static int add(struct recorded_addresses *addresses, sqlite3_stmt *statement)
{
	struct recorded_address address = {
		.offset = (uint64_t)sqlite3_column_int64(statement, 1),
		.address = (uint64_t)sqlite3_column_int64(statement, 2),
	};
	int err;

	/* Not known, or more than a number can be. */
	if (sqlite3_column_type(statement, 2) != SQLITE_INTEGER)
		return -EBADMSG;
	err = find_image(addresses, (const char *)sqlite3_column_text(statement, 0),
			 &address.image);
	if (err)
		return err;
	if (!array_reserve(addresses, 1))
		return -ENOMEM;
	addresses->at[addresses->n++] = address;
	return 0;
}

int recorded_addresses_read(const struct recording *recording, const char *in,
			    struct recorded_addresses *addresses)
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(recording->db, sql, -1, &statement, NULL);

	if (!code)
		code = rows_bind(statement, "t", in);
	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add(addresses, statement);
	sqlite3_finalize(statement);
	if (code == SQLITE_DONE)
		return 0;
	return recording_cannot_read(recording, code, "it is not known where an image lay");
}

static int compare(const void *left, const void *right)
{
	const struct recorded_address *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->image != b->image)
		return a->image < b->image ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

int recorded_addresses_sort(struct recorded_addresses *addresses, uint64_t *ret)
{
	size_t n = 0;

	if (addresses->n)
		qsort(addresses->at, addresses->n, sizeof(*addresses->at), compare);
	for (size_t i = 0; i < addresses->n; i++) {
		const struct recorded_address *next = &addresses->at[i];

		if (n && compare(&addresses->at[n - 1], next) == 0)
			continue;
		if (n && addresses->at[n - 1].address == next->address) {
			*ret = next->address;
			return -EEXIST;
		}
		addresses->at[n++] = *next;
	}
	addresses->n = n;
	return 0;
}

void recorded_addresses_fini(struct recorded_addresses *addresses)
{
	for (size_t i = 0; i < addresses->images.n; i++)
		free(addresses->images.at[i]);
	free(addresses->images.at);
	free(addresses->at);
}
