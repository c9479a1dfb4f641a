// SPDX-License-Identifier: MIT
#include "stored-places.h"

#include "../base/array.h"
#include "frame-text.h"
#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct stored_file {
	/* As the index calls it; NULL: nothing is known of it. */
	char *name;
};

struct stored_function {
	char *name;
	const struct stored_file *file;
};

/* Where an address is. */
struct met_place {
	const struct placed_image *image;
	uint64_t offset;
};

/* A copy of a text, NULL of "" and of NULL. False: there is no memory. */
static bool copy(sqlite3_stmt *statement, int column, char **ret)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);

	*ret = text && text[0] ? strdup(text) : NULL;
	return *ret || !text || !text[0];
}

/* In a tree that somebody else made, a row can come twice. */
static bool is_there(const struct map *map, sqlite3_stmt *statement)
{
	return map_get(map, (uint64_t)sqlite3_column_int64(statement, 0));
}

static int add_file(struct stored_places *stored, sqlite3_stmt *statement)
{
	struct stored_file *file;

	if (is_there(&stored->files, statement))
		return SQLITE_OK;
	file = calloc(1, sizeof(*file));
	if (!file)
		return SQLITE_NOMEM;
	if (copy(statement, 1, &file->name) &&
	    !map_put(&stored->files, (uint64_t)sqlite3_column_int64(statement, 0), file))
		return SQLITE_OK;
	free(file->name);
	free(file);
	return SQLITE_NOMEM;
}

static int add_function(struct stored_places *stored, sqlite3_stmt *statement)
{
	struct stored_function *function;

	if (is_there(&stored->functions, statement))
		return SQLITE_OK;
	function = calloc(1, sizeof(*function));
	if (!function)
		return SQLITE_NOMEM;
	function->file = map_get(&stored->files, (uint64_t)sqlite3_column_int64(statement, 2));
	if (copy(statement, 1, &function->name) &&
	    !map_put(&stored->functions, (uint64_t)sqlite3_column_int64(statement, 0), function))
		return SQLITE_OK;
	free(function->name);
	free(function);
	return SQLITE_NOMEM;
}

static int add_disputed(struct stored_places *stored, sqlite3_stmt *statement)
{
	return map_put(&stored->disputed, (uint64_t)sqlite3_column_int64(statement, 0), stored)
		       ? SQLITE_NOMEM
		       : SQLITE_OK;
}

static int read_all(struct stored_places *stored, const char *sql,
		    int (*add)(struct stored_places *stored, sqlite3_stmt *statement))
{
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(stored->recording->db, sql, -1, &statement, NULL);

	while (!code && (code = sqlite3_step(statement)) == SQLITE_ROW)
		code = add(stored, statement);
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

int stored_places_init(struct stored_places *stored, const struct recording *recording,
		       sqlite3_int64 run)
{
	int code;

	*stored = (struct stored_places){ .recording = recording };
	code = image_places_read(&stored->images, recording, run);
	if (!code)
		code = read_all(stored, "SELECT id, ifnull(name, path) FROM file", add_file);
	if (!code)
		code = read_all(stored, "SELECT id, name, file FROM function", add_function);
	if (!code)
		code = read_all(stored,
				"SELECT offset FROM point JOIN image ON image.id = point.image "
				"WHERE kind = 'unknown' AND is_disputed",
				add_disputed);
	if (!code)
		code = sqlite3_prepare_v2(
			recording->db,
			"SELECT is_point, is_call_site, is_unanswered, call, symbol, "
			"symbol_offset, frames FROM point WHERE id = (? << 40) + ?",
			-1, &stored->find, NULL);
	return code;
}

int stored_places_meet(struct stored_places *stored, const struct placed_image *image,
		       uint64_t offset, uint64_t address)
{
	struct met_place *met = map_get(&stored->places, address);

	if (!met) {
		met = malloc(sizeof(*met));
		if (!met || map_put(&stored->places, address, met)) {
			free(met);
			return -ENOMEM;
		}
	}
	*met = (struct met_place){ .image = image, .offset = offset };
	return 0;
}

static int read_frames(const struct stored_places *stored, const char *text, struct place *place)
{
	struct stored_frame stored_frame;
	struct kcov_frame *frames;
	size_t n = 1;
	int more;

	for (const char *at = text; *at; at++)
		n += *at == ',';
	place->frames = frames = calloc(n, sizeof(*frames));
	if (!frames)
		return -ENOMEM;
	while ((more = frame_text_next(&text, &stored_frame)) > 0) {
		const struct stored_function *function =
			map_get(&stored->functions, stored_frame.function);

		if (!function || !function->file)
			return -EBADMSG;
		frames[place->n_frames++] = (struct kcov_frame){ .function = function->name,
								 .file = function->file->name,
								 .line = stored_frame.line,
								 .column = stored_frame.column };
	}
	return more;
}

static enum pc_kind kind_of(sqlite3_stmt *point)
{
	if (sqlite3_column_type(point, 0) == SQLITE_NULL)
		return PC_UNKNOWN;
	if (sqlite3_column_int(point, 0))
		return PC_BEHIND_POINT;
	return sqlite3_column_int(point, 1) ? PC_AT_POINT : PC_OTHER;
}

/* The symbol stays until stored_places_fini(). */
static int take_symbol(struct stored_places *stored, struct place *place)
{
	char *symbol;

	if (!copy(stored->find, 4, &symbol) || !array_reserve(&stored->texts, 1)) {
		free(symbol);
		return -ENOMEM;
	}
	stored->texts.at[stored->texts.n++] = symbol;
	place->location.symbol = symbol;
	place->location.symbol_offset = (uint64_t)sqlite3_column_int64(stored->find, 5);
	return 0;
}

static int take_point(struct stored_places *stored, struct place *place)
{
	sqlite3_stmt *point = stored->find;
	const char *frames = (const char *)sqlite3_column_text(point, 6);
	int err = take_symbol(stored, place);

	place->kind = kind_of(point);
	place->location.is_unanswered = sqlite3_column_int(point, 2);
	if (!err && !copy(point, 3, &place->text))
		err = -ENOMEM;
	return err || !frames ? err : read_frames(stored, frames, place);
}

static int find_point(struct stored_places *stored, const struct met_place *met,
		      struct place *place)
{
	int err, code = rows_bind(stored->find, "ii", met->image->row, (sqlite3_int64)met->offset);

	if (!code)
		code = sqlite3_step(stored->find);
	err = code == SQLITE_ROW    ? take_point(stored, place)
	      : code == SQLITE_DONE ? -EBADMSG
				    : -EIO;
	sqlite3_reset(stored->find);
	return err;
}

int stored_places_make(struct stored_places *stored, struct place *place)
{
	const struct met_place *met = map_get(&stored->places, place->address);
	const struct image_place *at;

	place->is_described = true;
	place->location.address = place->address - 1;
	if (!met || met->image->is_unknown) {
		place->location.is_disputed = map_get(&stored->disputed, place->address);
		return 0;
	}
	at = placed_image_at(met->image, met->offset);
	if (!at)
		return -EBADMSG;
	place->location.image = met->image->name;
	place->location.offset = place->location.address - at->base;
	return find_point(stored, met, place);
}

static void free_all(struct map *map, void (*fini)(void *value))
{
	size_t at = 0;
	void *value;

	while ((value = map_next(map, &at))) {
		if (fini)
			fini(value);
		free(value);
	}
	map_fini(map);
}

static void fini_file(void *value)
{
	free(((struct stored_file *)value)->name);
}

static void fini_function(void *value)
{
	free(((struct stored_function *)value)->name);
}

void stored_places_fini(struct stored_places *stored)
{
	sqlite3_finalize(stored->find);
	free_all(&stored->places, NULL);
	free_all(&stored->functions, fini_function);
	free_all(&stored->files, fini_file);
	map_fini(&stored->disputed);
	image_places_fini(&stored->images);
	for (size_t i = 0; i < stored->texts.n; i++)
		free(stored->texts.at[i]);
	free(stored->texts.at);
}
