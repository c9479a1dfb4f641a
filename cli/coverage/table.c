// SPDX-License-Identifier: MIT
#include "table.h"

#include "../base/array.h"

#include <errno.h>
#include <string.h>

static int add(struct table *table, const struct table_cell *cell)
{
	if (!array_reserve(table, 1))
		return -ENOMEM;
	table->at[table->n++] = *cell;
	return 0;
}

int table_add(struct table *table, const char *text, int64_t number)
{
	struct table_cell cell = { .text = text ? strdup(text) : NULL, .number = number };
	int err = text && !cell.text ? -ENOMEM : add(table, &cell);

	if (err)
		free(cell.text);
	return err;
}

int table_add_nothing(struct table *table)
{
	return add(table, &(struct table_cell){ .is_nothing = true });
}

void table_fini(struct table *table)
{
	for (size_t i = 0; i < table->n; i++)
		free(table->at[i].text);
	free(table->at);
	*table = (struct table){ 0 };
}
