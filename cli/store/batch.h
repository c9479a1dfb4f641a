/* SPDX-License-Identifier: MIT */
/*
 * Many rows by one statement, which takes a quarter of the time: "INSERT INTO hit SELECT a, b, c
 * FROM batch(?)" writes those that were added since the last time.
 */
#ifndef KCOVCTL_BATCH_H
#define KCOVCTL_BATCH_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	/* Columns are called a, b, c... */
	BATCH_COLUMNS = 13,
};

struct batch_cell {
	/* NULL: it is the number. It has to stay until the rows are written. */
	const char *text;
	/* Of a text, how many bytes. */
	sqlite3_int64 number;
};

struct batch {
	const char *sql;
	size_t n_columns;
	/* Rows one behind the other; n counts cells. */
	struct batch_cell *at;
	size_t n;
	size_t room;
	sqlite3_stmt *statement;
};

/* What stands for NULL. */
#define BATCH_NOTHING ((struct batch_cell){ .number = INT64_MIN })
#define BATCH_NUMBER(value) ((struct batch_cell){ .number = (sqlite3_int64)(value) })
#define BATCH_TEXT_OF(value, size)                                                                 \
	((struct batch_cell){ .text = (value), .number = (sqlite3_int64)(size) })
#define BATCH_TEXT(value) batch_text(value)

/* NULL is NULL. */
static inline struct batch_cell batch_text(const char *text)
{
	return text ? BATCH_TEXT_OF(text, strlen(text)) : BATCH_NOTHING;
}

/* A database can have batches. A result code of SQLite. */
int batch_register(sqlite3 *db);

/* { .sql = "INSERT ...", .n_columns = N } to begin with. Add a row. A result code of SQLite. */
int batch_add(struct batch *batch, const struct batch_cell *row);

/*
 * Sort its rows by a column of numbers, the only one that differs in what they are to be found by:
 * rows that come in the order of a table take a third of the time.
 */
void batch_sort(struct batch *batch, size_t column);

/* Write its rows, of which it has none then. A result code of SQLite. */
int batch_write(struct batch *batch, sqlite3 *db);

void batch_fini(struct batch *batch);

#endif
