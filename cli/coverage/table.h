/* SPDX-License-Identifier: MIT */
/* Rows of what a report counts, by the same columns. */
#ifndef KCOVCTL_TABLE_H
#define KCOVCTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct table_cell {
	/* NULL: it is a number, or nothing. */
	char *text;
	int64_t number;
	/* Not known: no number, and no text. */
	bool is_nothing;
};

struct table_column {
	/* As JSON and CSV name it. */
	const char *name;
	/* As text has it above the column; NULL: it is not shown there. */
	const char *title;
	/* It is of that many: the column behind it, which has no title, is how many there are. */
	bool is_part;
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	/* n rows, one behind the other; n counts cells. */
	struct table_cell *at;
	size_t n;
	size_t room;
};

static inline size_t table_rows(const struct table *table)
{
	return table->n / table->n_columns;
}

static inline const struct table_cell *table_cell(const struct table *table, size_t row,
						  size_t column)
{
	return &table->at[row * table->n_columns + column];
}

/* Add the next cell; text is copied, NULL: a number. 0 or -ENOMEM. */
int table_add(struct table *table, const char *text, int64_t number);

/* Of which nothing is known. 0 or -ENOMEM. */
int table_add_nothing(struct table *table);

void table_fini(struct table *table);

#endif
