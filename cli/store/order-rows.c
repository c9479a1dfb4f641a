// SPDX-License-Identifier: MIT
#include "order-rows.h"

#include "../base/array.h"
#include "rows.h"
#include "statements.h"

#include <errno.h>
#include <string.h>

enum {
	ADD_BLOCK,
	ADD_PART,
	/* What compresses well: see point-stream.h. */
	BLOCK_BYTES = 2 << 20,
};

static const char *const sql[N_ORDER_STATEMENTS] = {
	[ADD_BLOCK] = "INSERT INTO block(id, run, kind, records, data) VALUES(?, ?, 'order', ?, ?)",
	[ADD_PART] = "INSERT INTO part(run, task, block, at, records) VALUES(?, ?, ?, ?, ?)",
};

int order_rows_init(struct order_rows *rows, const struct recording *recording,
		    struct point_rows *points, const struct kcov_record_kind *kind,
		    sqlite3_int64 run)
{
	int code;

	rows->recording = recording;
	rows->points = points;
	rows->run = run;
	rows->kind = kind;
	point_encoder_init(&rows->encoder, kind->words > 1 ? POINT_RECORDS : POINTS_IN_ORDER);
	rows->encoder.words = (uint8_t)(kind->words - 1);
	code = rows_get_number(recording->db, "SELECT ifnull(max(id), 0) FROM block", &rows->block);
	rows->block++;
	return code ? code
		    : statements_prepare(recording->db, sql, N_ORDER_STATEMENTS, rows->statements);
}

static int hand_on(struct order_rows *rows)
{
	const size_t n = rows->n_pending;

	rows->n_pending = 0;
	if (rows->kind->words > 1)
		return point_encoder_add_records(&rows->encoder, rows->pending, rows->words, n);
	return point_encoder_add(&rows->encoder, rows->pending, n);
}

/* All but the address. */
static void keep_words(struct order_rows *rows, const uint64_t *record)
{
	uint64_t *at = rows->words + rows->n_pending * (rows->kind->words - 1);

	for (size_t i = 0; i < rows->kind->words; i++)
		if (i != rows->kind->address)
			*at++ = record[i];
}

int order_rows_add(struct order_rows *rows, const struct stored_point *point,
		   const uint64_t *record)
{
	static const struct stored_point nowhere = { 0 };
	struct point *next = &rows->pending[rows->n_pending];
	struct stored_image *image;
	int err = point_rows_image(rows->points, point ? point : &nowhere, &image);

	/* In each block images have numbers of their own. */
	if (!err && image->block != rows->block) {
		err = point_encoder_image(&rows->encoder, image->id, strlen(image->id),
					  &image->number);
		image->block = rows->block;
	}
	if (err)
		return err;
	next->image = image->number;
	next->offset = point && image->name ? point->offset : record[rows->kind->address];
	keep_words(rows, record);
	rows->n++;
	return ++rows->n_pending == ORDER_PIECE ? hand_on(rows) : 0;
}

int order_rows_end_part(struct order_rows *rows, sqlite3_int64 task, size_t n)
{
	struct order_part *last = rows->parts.n ? &rows->parts.at[rows->parts.n - 1] : NULL;

	if (last && last->task == task && last->at + last->n + (sqlite3_int64)n == rows->n) {
		last->n += (sqlite3_int64)n;
		return 0;
	}
	if (!n)
		return 0;
	if (!array_reserve(&rows->parts, 1))
		return -ENOMEM;
	rows->parts.at[rows->parts.n++] = (struct order_part){ .task = task,
							       .at = rows->n - (sqlite3_int64)n,
							       .n = (sqlite3_int64)n };
	return 0;
}

bool order_rows_are_many(const struct order_rows *rows)
{
	return point_encoder_size(&rows->encoder) >= BLOCK_BYTES;
}

static int write_parts(struct order_rows *rows)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < rows->parts.n && !code; i++)
		code = rows_write(rows->statements[ADD_PART], "iiiii", rows->run,
				  rows->parts.at[i].task, rows->block, rows->parts.at[i].at,
				  rows->parts.at[i].n);
	rows->parts.n = 0;
	return code;
}

int order_rows_write(struct order_rows *rows)
{
	void *data;
	size_t size;
	int code;

	if (!rows->n)
		return SQLITE_OK;
	if (hand_on(rows) || point_encoder_close(&rows->encoder, &data, &size))
		return SQLITE_NOMEM;
	code = rows_write(rows->statements[ADD_BLOCK], "iiib", rows->block, rows->run, rows->n,
			  data, size);
	free(data);
	if (!code)
		code = write_parts(rows);
	rows->block++;
	rows->n = 0;
	return code;
}

void order_rows_fini(struct order_rows *rows)
{
	point_encoder_fini(&rows->encoder);
	free(rows->parts.at);
	statements_finalize(rows->statements, N_ORDER_STATEMENTS);
}
