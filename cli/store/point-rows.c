// SPDX-License-Identifier: MIT
#include "point-rows.h"

#include "../base/array.h"
#include "../coverage/by-syscall.h"
#include "../text/digits.h"
#include "file-names.h"
#include "frame-text.h"
#include "rows.h"
#include "statements.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* See schema.c: what an id has for the offset. */
#define MAX_OFFSET (INT64_C(1) << 40)

enum {
	FIND_IMAGE,
	ADD_IMAGE,
	FIND_POINT,
	LAST_POINT,
	ADD_PLACEMENT,
};

static const char *const sql[N_POINT_STATEMENTS] = {
	[FIND_IMAGE] = "SELECT id FROM image WHERE build_id = ?",
	[ADD_IMAGE] = "INSERT INTO image(build_id, name, kind, path) VALUES(?, ?, ?, ?) "
		      "RETURNING id",
	[FIND_POINT] = "SELECT id, is_point = 1 AND NOT is_init FROM point "
		       "WHERE id BETWEEN ?1 AND ?2 AND offset = ?3",
	[LAST_POINT] = "SELECT ifnull(max(id), ?1) FROM point WHERE id BETWEEN ?1 AND ?2",
	[ADD_PLACEMENT] = "INSERT OR REPLACE INTO placement(run, image, offset, address, base) "
			  "VALUES(?, ?, ?, ?, ?)",
};

int point_rows_init(struct point_rows *rows, const struct recording *recording,
		    const struct kcov_symbolizer *symbolizer, const char *boot, sqlite3_int64 run)
{
	sqlite3_int64 images = 0;
	int code;

	*rows = (struct point_rows){
		.recording = recording,
		.symbolizer = symbolizer,
		.boot = boot,
		.run = run,
		.with_frames = true,
		.new_points = { .sql = "INSERT INTO point(id, image, offset, is_point, is_init, "
				       "is_call_site, is_disputed, is_unanswered, call, "
				       "function, symbol, symbol_offset, frames) SELECT a, b, c, "
				       "d, e, f, g, h, i, j, k, l, m FROM batch(?)",
				.n_columns = 13 },
	};
	code = statements_prepare(recording->db, sql, N_POINT_STATEMENTS, rows->statements);
	if (!code)
		code = source_rows_init(&rows->sources, recording);
	if (!code)
		code = rows_get_number(recording->db, "SELECT count(*) FROM image", &images);
	rows->is_new = !images;
	return code;
}

/* What a query returned, which has to be a row. */
static int has_row(struct point_rows *rows, int code)
{
	rows->code = code == SQLITE_ROW ? 0 : code == SQLITE_DONE ? SQLITE_CORRUPT : code;
	return rows->code ? -EIO : 0;
}

static int is_written(struct point_rows *rows, int code)
{
	rows->code = code;
	return code ? -EIO : 0;
}

static uint64_t number_of(const struct named_row *function, const struct kcov_frame *frame)
{
	const struct stored_frame stored = { .function = (uint64_t)function->row,
					     .line = frame->line,
					     .column = frame->column };

	return frame_text_number(&stored);
}

/*
 * What is inlined at a place, the innermost first, as text, which is NULL if that is not kept;
 * *outermost is the real function.
 */
static int find_frames(struct point_rows *rows, sqlite3_int64 image,
		       const struct kcov_location *location, char *text,
		       struct named_row **outermost)
{
	const size_t first = text || !rows->frames.n ? 0 : rows->frames.n - 1;
	int err = 0;

	for (size_t i = first; i < rows->frames.n && !err; i++) {
		const struct kcov_frame *frame = &rows->frames.at[i];

		err = is_written(rows, source_rows_function(&rows->sources, image, location, frame,
							    outermost));
		if (err || !text)
			continue;
		*text++ = i ? ',' : '[';
		text = digits_add_decimal(text, number_of(*outermost, frame));
	}
	if (text)
		strcpy(text, "]");
	return err;
}

/* Room for the text of all frames, which is kept until it is written. NULL: no memory. */
static char *room_for_frames(struct point_rows *rows)
{
	char *ret = array_reserve(&rows->texts, 1)
			    ? malloc(rows->frames.n * (DIGITS_DECIMAL_ROOM + 1) + 2)
			    : NULL;

	if (ret)
		rows->texts.at[rows->texts.n++] = ret;
	return ret;
}

static void free_texts(struct point_rows *rows)
{
	for (size_t i = 0; i < rows->texts.n; i++)
		free(rows->texts.at[i]);
	rows->texts.n = 0;
}

/* A symbol is all that is known of a place without lines. */
static bool has_no_line(const struct point_rows *rows)
{
	return !rows->frames.n || !rows->frames.at[0].file;
}

/* What is known of a new point, in its rows. */
static int add_row(struct point_rows *rows, const struct stored_point *point,
		   const struct kcov_location *location, int kind, const struct named_row *function,
		   const char *frames)
{
	/* What is a point itself is no place where the call of one begins. */
	const int site =
		kind == KCOV_POINT_NONE ? kcov_location_call_site(location) : KCOV_POINT_NONE;
	const char *symbol = location->image && has_no_line(rows) ? location->symbol : NULL;
	const struct batch_cell cells[] = {
		BATCH_NUMBER(point->row),
		BATCH_NUMBER(rows->images.at[point->image].row),
		BATCH_NUMBER(point->offset),
		kind <= KCOV_POINT_UNKNOWN ? BATCH_NOTHING : BATCH_NUMBER(kind - 1),
		BATCH_NUMBER(function && function->is_init),
		BATCH_NUMBER(site >= 0 && site != KCOV_POINT_NONE),
		BATCH_NUMBER(location->is_disputed),
		BATCH_NUMBER(location->is_unanswered),
		BATCH_TEXT(point->call),
		function ? BATCH_NUMBER(function->row) : BATCH_NOTHING,
		BATCH_TEXT(symbol),
		symbol ? BATCH_NUMBER(location->symbol_offset) : BATCH_NOTHING,
		BATCH_TEXT(frames),
	};

	return is_written(rows, batch_add(&rows->new_points, cells));
}

/* A new point, with what is known of it. */
static int add_point(struct point_rows *rows, struct stored_point *point,
		     const struct kcov_location *location)
{
	const sqlite3_int64 image = rows->images.at[point->image].row;
	const int kind = kcov_location_point(location);
	struct named_row *function = NULL;
	char *text = NULL;
	int n, err;

	rows->frames.n = 0;
	n = location->image ? frames_add(&rows->frames, location) : 0;
	if (n < 0)
		return n;
	if (n && rows->with_frames) {
		text = room_for_frames(rows);
		if (!text)
			return -ENOMEM;
	}
	err = find_frames(rows, image, location, text, &function);
	if (err)
		return err;
	point->counts = kind == KCOV_POINT_PC && !(function && function->is_init);
	return add_row(rows, point, location, kind, function, text);
}

/* What stands for an image that has no build-id: it is only itself, within this boot. */
static char *name_image(const struct point_rows *rows, const struct kcov_image_offset *at)
{
	char *ret = NULL;

	if (!at->build_id_size)
		return asprintf(&ret, "boot %s%s%s", rows->boot, at->image ? " " : "",
				at->image ? at->image : "") < 0
			       ? NULL
			       : ret;
	ret = malloc(2 * at->build_id_size + 1);
	for (size_t i = 0; ret && i < at->build_id_size; i++)
		sprintf(ret + 2 * i, "%02x", at->build_id[i]);
	return ret;
}

static int add_image(struct point_rows *rows, const struct kcov_location *location,
		     struct stored_image *image)
{
	const char *name = image->name ? image->name : "unknown";
	const bool is_kernel = strcmp(name, "vmlinux") == 0;
	const char *kind = !image->name ? "unknown" : is_kernel ? "vmlinux" : "module";
	int err, code = rows_get(rows->statements[ADD_IMAGE], &image->row, "tttt", image->id, name,
				 kind, is_kernel ? kcov_symbolizer_path(rows->symbolizer) : NULL);

	err = has_row(rows, code);
	return err || !image->name ? err
				   : is_written(rows, source_rows_add_image(&rows->sources,
									    image->row, location));
}

static bool is_image(const struct stored_image *image, const struct kcov_image_offset *at)
{
	/* Names of a symbolizer are at one address each. */
	return image->name == at->image && image->build_id_size == at->build_id_size &&
	       memcmp(image->build_id, at->build_id, at->build_id_size) == 0;
}

/* The number of an image, with a row. */
static int image_of(struct point_rows *rows, const struct kcov_image_offset *at,
		    const struct kcov_location *location, uint32_t *ret)
{
	struct stored_image image = { .name = at->image, .build_id_size = at->build_id_size };
	int code, err;

	for (*ret = 0; *ret < rows->images.n; (*ret)++)
		if (is_image(&rows->images.at[*ret], at))
			return 0;
	memcpy(image.build_id, at->build_id, at->build_id_size);
	image.id = name_image(rows, at);
	if (!image.id || !array_reserve(&rows->images, 1)) {
		free(image.id);
		return -ENOMEM;
	}
	code = rows_get(rows->statements[FIND_IMAGE], &image.row, "t", image.id);
	err = code == SQLITE_DONE ? add_image(rows, location, &image) : has_row(rows, code);
	if (err)
		free(image.id);
	else
		rows->images.at[rows->images.n++] = image;
	return err;
}

/*
 * Where the byte before an address is, in an image or, if it is in none, in that of what is not
 * known, at its address. The offset is that of the address. *is_known: more need not be known of it
 * later, as of a module that is just being loaded.
 */
static int find_offset(const struct point_rows *rows, uint64_t address,
		       const struct kcov_location *location, struct kcov_image_offset *ret,
		       bool *is_known)
{
	int err = location->image && rows->symbolizer
			  ? kcov_symbolizer_to_offset(rows->symbolizer, address - 1, ret)
			  : -ENOENT;

	*is_known = !err;
	if (err == -ENOMEM)
		return err;
	if (err)
		/* Of a module of which only symbols are known, it is what it has in this boot. */
		*ret = (struct kcov_image_offset){
			.image = location->image,
			.offset = location->image ? location->offset : address - 1,
		};
	/* Before its image, or no image's. */
	if (ret->image && ret->offset + 1 >= (uint64_t)MAX_OFFSET)
		*ret = (struct kcov_image_offset){ .offset = address - 1 };
	ret->offset++;
	return 0;
}

/* Where an image lies is known by its points: of vmlinux by one, of sections of modules by each. */
static int place_image(struct point_rows *rows, const struct stored_point *point, uint64_t address,
		       const struct kcov_location *location)
{
	struct stored_image *image = &rows->images.at[point->image];

	if (point->is_of_kernel && image->has_placement)
		return 0;
	image->has_placement = true;
	return is_written(rows, rows_write(rows->statements[ADD_PLACEMENT], "iiiii", rows->run,
					   image->row, (sqlite3_int64)point->offset,
					   (sqlite3_int64)address,
					   (sqlite3_int64)(address - 1 - location->offset)));
}

/*
 * The row of a point, and whether it is there. A point of an image has one place; what is in none
 * is looked for.
 */
static int find_point(struct point_rows *rows, struct stored_point *point, bool *is_there)
{
	const struct stored_image *image = &rows->images.at[point->image];
	const sqlite3_int64 first = image->row * MAX_OFFSET;
	const sqlite3_int64 low = first + (image->name ? (sqlite3_int64)point->offset : 0);
	const sqlite3_int64 high = image->name ? low : first + MAX_OFFSET - 1;
	sqlite3_stmt *statement = rows->statements[FIND_POINT];
	int code = SQLITE_DONE;

	point->row = low;
	if (!rows->is_new || rows->round) {
		code = rows_bind(statement, "iii", low, high, (sqlite3_int64)point->offset);
		if (!code)
			code = sqlite3_step(statement);
	}
	*is_there = code == SQLITE_ROW;
	if (*is_there) {
		point->row = sqlite3_column_int64(statement, 0);
		point->counts = sqlite3_column_int(statement, 1);
	}
	sqlite3_reset(statement);
	if (code != SQLITE_DONE)
		return has_row(rows, code);
	if (!image->name && !rows->last_unknown) {
		code = rows_get(rows->statements[LAST_POINT], &rows->last_unknown, "ii", low, high);
		if (code != SQLITE_ROW)
			return has_row(rows, code);
	}
	if (!image->name)
		point->row = ++rows->last_unknown;
	return 0;
}

/* All that a new address needs. */
static int look_up(struct point_rows *rows, uint64_t address, struct stored_point *point)
{
	const uint64_t before = address - 1;
	struct kcov_location location = { 0 };
	struct kcov_image_offset at;
	bool is_there, is_known;
	int err = 0;

	if (rows->symbolizer)
		err = kcov_symbolizer_lookup(rows->symbolizer, &before, 1, NULL, &location);
	point->round = rows->round;
	point->row = 0;
	if (!err)
		err = find_offset(rows, address, &location, &at, &is_known);
	if (!err && !is_known && !rows->is_final)
		return 0;
	if (!err)
		err = image_of(rows, &at, &location, &point->image);
	if (err)
		return err;
	point->offset = at.offset;
	point->is_of_kernel = at.image && strcmp(at.image, "vmlinux") == 0;
	if (rows->symbolizer)
		point->call = by_syscall_begun(rows->symbolizer, &location, address);
	err = place_image(rows, point, address, &location);
	if (err)
		return err;
	err = find_point(rows, point, &is_there);
	return err || is_there ? err : add_point(rows, point, &location);
}

static struct point_row row_of(const struct stored_point *point, uint64_t address)
{
	return (struct point_row){ .row = point->row,
				   .counts = point->counts,
				   .image = point->image,
				   .offset = point->row ? point->offset : address };
}

/* A new number, for a point that has a row or not. */
static int add_number(struct point_rows *rows, uint64_t address, struct stored_point *point)
{
	if (!array_reserve(&rows->rows, 1))
		return -ENOMEM;
	point->number = (uint32_t)rows->rows.n;
	rows->rows.at[rows->rows.n++] = row_of(point, address);
	return 0;
}

/* The number of a row, if it has one. A module that was loaded again has its points elsewhere. */
static bool find_number(const struct point_rows *rows, sqlite3_int64 row, uint32_t *ret)
{
	const uintptr_t known = (uintptr_t)map_get(&rows->numbers, (uint64_t)row);

	if (known)
		*ret = (uint32_t)(known - 1);
	return known;
}

static int keep_number(struct point_rows *rows, const struct stored_point *point)
{
	return map_put(&rows->numbers, (uint64_t)point->row,
		       (void *)((uintptr_t)point->number + 1));
}

static int set_number(struct point_rows *rows, uint64_t address, struct stored_point *point)
{
	int err;

	if (point->row && find_number(rows, point->row, &point->number))
		return 0;
	err = add_number(rows, address, point);
	return err || !point->row ? err : keep_number(rows, point);
}

static struct stored_point *add(struct point_rows *rows, uint64_t address)
{
	struct stored_point *point = calloc(1, sizeof(*point));
	int err = point ? look_up(rows, address, point) : -ENOMEM;

	if (!err)
		err = set_number(rows, address, point);
	if (!err)
		err = map_put(&rows->points, address, point);
	if (!err)
		return point;
	free(point);
	return NULL;
}

const struct stored_point *point_rows_get(struct point_rows *rows, uint64_t address)
{
	struct stored_point *point = map_get(&rows->points, address), *next;

	if (point && (point->is_of_kernel || !point->row || point->round == rows->round))
		return point;
	next = add(rows, address);
	if (next)
		free(point);
	return next;
}

static int resolve(struct point_rows *rows, uint64_t address, struct stored_point *point,
		   int (*moved)(void *context, uint32_t from, uint32_t to), void *context)
{
	const uint32_t before = point->number;
	int err = look_up(rows, address, point);

	if (err || !point->row)
		return err;
	if (find_number(rows, point->row, &point->number))
		return moved(context, before, point->number);
	rows->rows.at[before] = row_of(point, address);
	return keep_number(rows, point);
}

int point_rows_resolve(struct point_rows *rows, bool is_final,
		       int (*moved)(void *context, uint32_t from, uint32_t to), void *context)
{
	int err = 0;

	rows->is_final = is_final;
	for (size_t i = 0; i < rows->points.n_slots && !err; i++) {
		struct stored_point *point = rows->points.slots[i].value;

		if (point && !point->row)
			err = resolve(rows, rows->points.slots[i].key, point, moved, context);
	}
	if (!err)
		return SQLITE_OK;
	return rows->code ? rows->code : SQLITE_NOMEM;
}

int point_rows_image(struct point_rows *rows, const struct stored_point *point,
		     struct stored_image **ret)
{
	const struct kcov_image_offset nowhere = { 0 };
	uint32_t image = point->image;
	int err = point->row ? 0 : image_of(rows, &nowhere, NULL, &image);

	*ret = err ? NULL : &rows->images.at[image];
	return err;
}

/* What is looked up again is looked for among the rows: there all of them are to be. */
void point_rows_forget_modules(struct point_rows *rows)
{
	rows->code = point_rows_write(rows);
	rows->round++;
}

int point_rows_write_names(struct point_rows *rows)
{
	return source_rows_write_many(&rows->sources);
}

int point_rows_write(struct point_rows *rows)
{
	int code = source_rows_write(&rows->sources);

	batch_sort(&rows->new_points, 0);
	if (!code)
		code = batch_write(&rows->new_points, rows->recording->db);
	free_texts(rows);
	return code;
}

void point_rows_fini(struct point_rows *rows)
{
	struct stored_point *point;
	size_t at = 0;

	while ((point = map_next(&rows->points, &at)))
		free(point);
	map_fini(&rows->points);
	map_fini(&rows->numbers);
	source_rows_fini(&rows->sources);
	for (size_t i = 0; i < rows->images.n; i++)
		free(rows->images.at[i].id);
	free(rows->images.at);
	free(rows->rows.at);
	free(rows->frames.at);
	batch_fini(&rows->new_points);
	free_texts(rows);
	free(rows->texts.at);
	statements_finalize(rows->statements, N_POINT_STATEMENTS);
}
