// SPDX-License-Identifier: MIT
#include "block-rows.h"

#include "../base/array.h"
#include "rows.h"
#include "statements.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	ADD_BLOCK,
	ADD_PART,
	/* What compresses well: see point-stream.h. */
	BLOCK_BYTES = 2 << 20,
	/* Sets of a block. */
	BLOCK_SETS = 1000,
};

static const char *const sql[N_BLOCK_STATEMENTS] = {
	[ADD_BLOCK] = "REPLACE INTO block(id, run, kind, records, data) VALUES(?, ?, ?, ?, ?)",
	[ADD_PART] = "REPLACE INTO part(id, run, task, block, at, records) "
		     "VALUES(?, ?, ?, ?, ?, ?) RETURNING id",
};

int block_rows_init(struct block_rows *rows, const struct recording *recording,
		    struct point_rows *points, const struct kcov_record_kind *kind, bool has_sets,
		    sqlite3_int64 run)
{
	int code;

	rows->recording = recording;
	rows->points = points;
	rows->run = run;
	rows->kind = kind;
	point_encoder_init(&rows->encoder, has_sets          ? POINT_SETS
					   : kind->words > 1 ? POINT_RECORDS
							     : POINTS_IN_ORDER);
	rows->encoder.words = (uint8_t)(kind->words - 1);
	code = rows_get_number(recording->db, "SELECT ifnull(max(id), 0) FROM block", &rows->block);
	rows->block++;
	return code ? code
		    : statements_prepare(recording->db, sql, N_BLOCK_STATEMENTS, rows->statements);
}

static int hand_on(struct block_rows *rows)
{
	const size_t n = rows->n_pending;

	rows->n_pending = 0;
	if (!n)
		return 0;
	if (rows->kind->words > 1)
		return point_encoder_add_records(&rows->encoder, rows->pending, rows->words, n);
	return point_encoder_add(&rows->encoder, rows->pending, n);
}

/* All but the address. */
static void keep_words(struct block_rows *rows, const uint64_t *record)
{
	uint64_t *at = rows->words + rows->n_pending * (rows->kind->words - 1);

	for (size_t i = 0; i < rows->kind->words; i++)
		if (i != rows->kind->address)
			*at++ = record[i];
}

/* The number of an image in the block: in each block images have numbers of their own. */
static int number_image(struct block_rows *rows, struct stored_image *image)
{
	int err;

	if (image->block == rows->block)
		return 0;
	err = point_encoder_image(&rows->encoder, image->id, strlen(image->id), &image->number);
	if (!err)
		image->block = rows->block;
	return err;
}

/* The image that a record is in, which has a number in the block. 0 or -errno. */
static int find_image(struct block_rows *rows, const struct stored_point *point,
		      struct stored_image **ret)
{
	static const struct stored_point nowhere = { 0 };
	int err;

	/* Of a million records a second, all but a few. */
	if (point && point->row) {
		*ret = &rows->points->images.at[point->image];
		if ((*ret)->block == rows->block)
			return 0;
	}
	err = point_rows_image(rows->points, point ? point : &nowhere, ret);
	return err ? err : number_image(rows, *ret);
}

int block_rows_add(struct block_rows *rows, const struct stored_point *point,
		   const uint64_t *record)
{
	struct point *next = &rows->pending[rows->n_pending];
	struct stored_image *image;
	int err = find_image(rows, point, &image);

	if (err)
		return err;
	next->image = image->number;
	next->offset = point && image->name ? point->offset : record[rows->kind->address];
	if (rows->kind->words > 1)
		keep_words(rows, record);
	rows->n++;
	return ++rows->n_pending == ORDER_PIECE ? hand_on(rows) : 0;
}

static int add_to_set(void *context, uint32_t number, uint64_t hits)
{
	struct block_rows *rows = context;
	const struct point_row *row = &rows->points->rows.at[number];
	const struct stored_point point = { .row = row->row, .image = row->image };
	struct stored_image *image;
	int err = point_rows_image(rows->points, &point, &image);

	if (!err)
		err = number_image(rows, image);
	if (!err && !array_reserve(&rows->set, 1))
		err = -ENOMEM;
	if (!err)
		rows->set.at[rows->set.n++] =
			(struct point_hits){ { image->number, row->offset }, hits };
	return err;
}

static int compare(const void *left, const void *right)
{
	const struct point *a = &((const struct point_hits *)left)->point;
	const struct point *b = &((const struct point_hits *)right)->point;

	if (a->image != b->image)
		return a->image < b->image ? -1 : 1;
	return (a->offset > b->offset) - (a->offset < b->offset);
}

/* An address may be known by two numbers, if what it is in was not known at first. */
static size_t unite(struct point_hits *set, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept && compare(&set[kept - 1], &set[i]) == 0)
			set[kept - 1].hits += set[i].hits;
		else
			set[kept++] = set[i];
	}
	return kept;
}

int block_rows_add_set(struct block_rows *rows, struct hits *hits, size_t *ret)
{
	int err;

	rows->set.n = 0;
	err = hits_take(hits, add_to_set, rows);
	if (err)
		return err;
	if (rows->set.n)
		qsort(rows->set.at, rows->set.n, sizeof(*rows->set.at), compare);
	*ret = unite(rows->set.at, rows->set.n);
	err = point_encoder_add_set(&rows->encoder, rows->set.at, *ret);
	rows->n += (sqlite3_int64)*ret;
	rows->n_sets++;
	return err;
}

/* Whether n more records are of a part, which goes on then: each set is a part of its own. */
static bool is_of_part(const struct block_rows *rows, const struct block_part *part,
		       sqlite3_int64 task, sqlite3_int64 n)
{
	return rows->encoder.codec != POINT_SETS && part->task == task &&
	       part->at + part->n + n == rows->n;
}

int block_rows_end_part(struct block_rows *rows, sqlite3_int64 task, size_t n)
{
	const sqlite3_int64 count = (sqlite3_int64)n;

	if (!n)
		return 0;
	if (rows->parts.n && is_of_part(rows, &rows->parts.at[rows->parts.n - 1], task, count)) {
		rows->parts.at[rows->parts.n - 1].n += count;
		if (rows->n_written == rows->parts.n)
			rows->n_written--;
		return 0;
	}
	if (!array_reserve(&rows->parts, 1))
		return -ENOMEM;
	rows->parts.at[rows->parts.n++] =
		(struct block_part){ .task = task, .at = rows->n - count, .n = count };
	return 0;
}

bool block_rows_are_many(const struct block_rows *rows)
{
	return rows->n_sets >= BLOCK_SETS || point_encoder_size(&rows->encoder) >= BLOCK_BYTES;
}

static int write_part(struct block_rows *rows, struct block_part *part)
{
	int code = rows_get(rows->statements[ADD_PART], &part->row, "oiiiii",
			    part->row ? part->row : -1, rows->run, part->task, rows->block,
			    part->at, part->n);

	return code == SQLITE_ROW ? SQLITE_OK : code;
}

static int write_parts(struct block_rows *rows)
{
	int code = SQLITE_OK;

	while (rows->n_written < rows->parts.n && !code)
		code = write_part(rows, &rows->parts.at[rows->n_written++]);
	return code;
}

static int write_block(struct block_rows *rows, bool is_full)
{
	void *data;
	size_t size;
	int code;

	if (hand_on(rows) || (is_full ? point_encoder_close(&rows->encoder, &data, &size)
				      : point_encoder_copy(&rows->encoder, &data, &size)))
		return SQLITE_NOMEM;
	code = rows_write(rows->statements[ADD_BLOCK], "iitib", rows->block, rows->run,
			  rows->encoder.codec == POINT_SETS ? "sets" : "order", rows->n, data,
			  size);
	free(data);
	return code ? code : write_parts(rows);
}

int block_rows_write(struct block_rows *rows)
{
	const bool is_full = block_rows_are_many(rows);
	int code = SQLITE_OK;

	if (rows->n && (is_full || rows->n > rows->n_in_file))
		code = write_block(rows, is_full);

	rows->n_in_file = rows->n;
	if (!is_full)
		return code;
	rows->block++;
	rows->n = rows->n_in_file = 0;
	rows->n_sets = 0;
	rows->parts.n = rows->n_written = 0;
	return code;
}

void block_rows_fini(struct block_rows *rows)
{
	point_encoder_fini(&rows->encoder);
	free(rows->parts.at);
	free(rows->set.at);
	statements_finalize(rows->statements, N_BLOCK_STATEMENTS);
}
