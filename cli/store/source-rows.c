// SPDX-License-Identifier: MIT
#include "source-rows.h"

#include "file-names.h"
#include "rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Of rows that are worth a statement. */
	MANY_CELLS = 4096,
};

int source_rows_init(struct source_rows *rows, const struct recording *recording)
{
	int code;

	*rows = (struct source_rows){
		.recording = recording,
		.new_files = { .sql = "INSERT INTO file(id, image, path, name, dir, points, "
				      "init_points, functions, lines, subsystem) SELECT a, b, c, "
				      "d, e, f, g, h, i, j FROM batch(?)",
			       .n_columns = 10 },
		.new_functions = { .sql = "INSERT INTO function(id, image, file, name, called, "
					  "line, offset, points, init_points) SELECT a, b, c, d, "
					  "e, f, g, h, i FROM batch(?)",
				   .n_columns = 9 },
	};
	code = rows_get_number(recording->db, "SELECT ifnull(max(id), 0) FROM file",
			       &rows->last_file);
	if (!code)
		code = rows_get_number(recording->db, "SELECT ifnull(max(id), 0) FROM function",
				       &rows->last_function);
	if (!code && rows->last_file)
		code = stored_names_read(&rows->stored_files, recording->db,
					 "SELECT image, path, id FROM file");
	if (!code && rows->last_function)
		code = stored_names_read(&rows->stored_functions, recording->db,
					 "SELECT file, name, id FROM function");
	return code;
}

/* Texts of an index are at one address each, so that this tells them apart. */
static uint64_t key_of(sqlite3_int64 within, const char *name)
{
	return ((uint64_t)within * 0x9e3779b97f4a7c15) ^ (uint64_t)(uintptr_t)name << 4;
}

static struct named_row *find_named(const struct map *map, sqlite3_int64 within, const char *name)
{
	struct named_row *row = map_get(map, key_of(within, name));

	while (row && (row->within != within || row->name != name))
		row = row->next;
	return row;
}

static int put_named(struct map *map, const struct named_row *from, struct named_row **ret)
{
	const uint64_t key = key_of(from->within, from->name);
	struct named_row *row = malloc(sizeof(*row));

	if (!row)
		return SQLITE_NOMEM;
	*row = *from;
	row->next = map_get(map, key);
	if (map_put(map, key, row)) {
		free(row);
		return SQLITE_NOMEM;
	}
	*ret = row;
	return SQLITE_OK;
}

/* "fs/ext4" of "fs/ext4/inode.c", "" of what is in no directory: how many bytes of it. */
static size_t directory_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

static int add_file(struct source_rows *rows, sqlite3_int64 image,
		    const struct kcov_source_file *file, const char *subsystem,
		    struct named_row **ret)
{
	const char *path = file_name_of(file->path, file->file);
	const struct named_row named = { .within = image,
					 .name = file->file,
					 .row = ++rows->last_file };
	const struct batch_cell row[] = { BATCH_NUMBER(named.row),
					  BATCH_NUMBER(image),
					  BATCH_TEXT(path),
					  BATCH_TEXT(path == file->file ? NULL : file->file),
					  BATCH_TEXT_OF(path, directory_length(path)),
					  BATCH_NUMBER(file->points),
					  BATCH_NUMBER(file->init_points),
					  BATCH_NUMBER(file->functions),
					  BATCH_NUMBER(file->lines),
					  BATCH_TEXT(subsystem) };
	int code = batch_add(&rows->new_files, row);

	return code ? code : put_named(&rows->files, &named, ret);
}

/* Where their tree is; false: none of them is in one. */
static bool find_root(const struct kcov_source_file *files, int n, char *ret, size_t size)
{
	size_t length = 0;

	for (int i = 0; i < n && !length; i++) {
		length = file_root_length(files[i].path, files[i].file);
		if (length)
			snprintf(ret, size, "%.*s", (int)length, files[i].path);
	}
	return length;
}

static const char *subsystem_of(struct subsystems *subsystems, const struct kcov_source_file *file)
{
	return subsystems && file_root_length(file->path, file->file)
		       ? subsystems_of(subsystems, file->file)
		       : NULL;
}

/* What the files of an image have in all. */
struct sums {
	sqlite3_int64 points;
	sqlite3_int64 init_points;
	sqlite3_int64 functions;
	sqlite3_int64 lines;
	/* Where their tree is; "": not known. */
	char root[4096];
	struct subsystems *subsystems;
};

static int add_some(struct source_rows *rows, sqlite3_int64 image,
		    const struct kcov_source_file *files, int n, struct sums *sums)
{
	struct named_row *row;
	int code = SQLITE_OK;

	/* What is in memory is asked for directories. */
	if (!sums->root[0] && find_root(files, n, sums->root, sizeof(sums->root)) &&
	    rows->recording->path)
		sums->subsystems = source_trees_get(&rows->trees, sums->root);
	for (int i = 0; i < n && !code; i++) {
		code = add_file(rows, image, &files[i], subsystem_of(sums->subsystems, &files[i]),
				&row);
		sums->points += files[i].points;
		sums->init_points += files[i].init_points;
		sums->functions += files[i].functions;
		sums->lines += files[i].lines;
	}
	return code;
}

int source_rows_add_image(struct source_rows *rows, sqlite3_int64 image,
			  const struct kcov_location *location)
{
	struct kcov_source_file files[64];
	struct sums sums = { 0 };
	size_t first = 0;
	int n, code;

	do {
		n = kcov_location_files(location, first, files, 64);
		code = add_some(rows, image, files, n, &sums);
		if (code)
			return code;
		first += (size_t)(n > 0 ? n : 0);
	} while (n == 64);
	/* Its points are not known, or nothing is. */
	if (n < 0)
		return n == -ENOMEM ? SQLITE_NOMEM : SQLITE_OK;
	return rows_write_once(rows->recording->db,
			       "UPDATE image SET points = ?, init_points = ?, functions = ?, "
			       "lines = ?, source = ? WHERE id = ?",
			       "iiiiti", sums.points, sums.init_points, sums.functions, sums.lines,
			       sums.root, image);
}

static int file_row(struct source_rows *rows, sqlite3_int64 image, const struct kcov_frame *frame,
		    sqlite3_int64 *ret)
{
	struct named_row row = { .within = image, .name = frame->file };
	struct named_row *found = find_named(&rows->files, image, frame->file);
	const struct kcov_source_file file = { .path = frame->path, .file = frame->file };
	int code = SQLITE_OK;

	if (!found) {
		row.row = stored_names_find(&rows->stored_files, image,
					    file_name_of(frame->path, frame->file));
		/* One that is none of the index's: nothing there has a point. */
		code = row.row ? put_named(&rows->files, &row, &found)
			       : add_file(rows, image, &file, NULL, &found);
	}
	*ret = found ? found->row : 0;
	return code;
}

static struct batch_cell or_nothing(uint32_t number)
{
	return number ? BATCH_NUMBER(number) : BATCH_NOTHING;
}

static int add_function(struct source_rows *rows, sqlite3_int64 image, const char *name,
			const struct named_row *row, const struct kcov_function *function)
{
	const bool is_known = function->points || function->init_points;
	const struct batch_cell cells[] = {
		BATCH_NUMBER(row->row),
		BATCH_NUMBER(image),
		BATCH_NUMBER(row->within),
		BATCH_TEXT(name),
		BATCH_TEXT(function->name ? function->name : name),
		or_nothing(function->line),
		is_known ? BATCH_NUMBER(function->offset) : BATCH_NOTHING,
		BATCH_NUMBER(function->points),
		BATCH_NUMBER(function->init_points),
	};

	return batch_add(&rows->new_functions, cells);
}

int source_rows_function(struct source_rows *rows, sqlite3_int64 image,
			 const struct kcov_location *location, const struct kcov_frame *frame,
			 struct named_row **ret)
{
	const char *name = frame->function ? frame->function : "";
	struct named_row row = { .name = frame->function };
	struct kcov_function function = { 0 };
	int code = file_row(rows, image, frame, &row.within);

	*ret = code ? NULL : find_named(&rows->functions, row.within, frame->function);
	if (code || *ret)
		return code;
	/* Nothing is known of it then. */
	if (kcov_location_function(location, frame, &function))
		function = (struct kcov_function){ 0 };
	row.is_init = !function.points && function.init_points;
	row.row = stored_names_find(&rows->stored_functions, row.within, name);
	if (!row.row) {
		row.row = ++rows->last_function;
		code = add_function(rows, image, name, &row, &function);
	}
	return code ? code : put_named(&rows->functions, &row, ret);
}

int source_rows_write(struct source_rows *rows)
{
	int code = batch_write(&rows->new_files, rows->recording->db);

	return code ? code : batch_write(&rows->new_functions, rows->recording->db);
}

int source_rows_write_many(struct source_rows *rows)
{
	return rows->new_files.n + rows->new_functions.n < MANY_CELLS ? SQLITE_OK
								      : source_rows_write(rows);
}

static void free_named(struct map *map)
{
	struct named_row *row, *next;
	size_t at = 0;

	while ((row = map_next(map, &at))) {
		for (; row; row = next) {
			next = row->next;
			free(row);
		}
	}
	map_fini(map);
}

void source_rows_fini(struct source_rows *rows)
{
	free_named(&rows->functions);
	free_named(&rows->files);
	stored_names_fini(&rows->stored_files);
	stored_names_fini(&rows->stored_functions);
	source_trees_fini(&rows->trees);
	batch_fini(&rows->new_files);
	batch_fini(&rows->new_functions);
}
