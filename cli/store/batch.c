// SPDX-License-Identifier: MIT
#include "batch.h"

#include "../base/array.h"

/* What a database's table `batch` shows at the moment. */
struct module {
	sqlite3_vtab base;
	const struct batch *batch;
};

struct cursor {
	sqlite3_vtab_cursor base;
	/* The row's first cell. */
	size_t at;
};

static const struct batch *batch_of(const sqlite3_vtab_cursor *cursor)
{
	return ((const struct module *)cursor->pVtab)->batch;
}

static int connect(sqlite3 *db, void *context, int argc, const char *const *argv,
		   sqlite3_vtab **ret, char **error)
{
	int code = sqlite3_declare_vtab(
		db, "CREATE TABLE x(a, b, c, d, e, f, g, h, i, j, k, l, m, batch HIDDEN)");
	struct module *module;

	(void)context;
	(void)argc;
	(void)argv;
	(void)error;
	if (code)
		return code;
	module = calloc(1, sizeof(*module));
	*ret = &module->base;
	return module ? SQLITE_OK : SQLITE_NOMEM;
}

static int disconnect(sqlite3_vtab *module)
{
	free(module);
	return SQLITE_OK;
}

/* The batch is the argument: "FROM batch(?)". */
static int best_index(sqlite3_vtab *module, sqlite3_index_info *info)
{
	(void)module;
	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != BATCH_COLUMNS || !info->aConstraint[i].usable)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

static int open_cursor(sqlite3_vtab *module, sqlite3_vtab_cursor **ret)
{
	struct cursor *cursor = calloc(1, sizeof(*cursor));

	(void)module;
	*ret = &cursor->base;
	return cursor ? SQLITE_OK : SQLITE_NOMEM;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *name, int argc,
		  sqlite3_value **argv)
{
	struct cursor *cursor = (struct cursor *)base;

	(void)number;
	(void)name;
	((struct module *)base->pVtab)->batch =
		argc ? sqlite3_value_pointer(argv[0], "batch") : NULL;
	cursor->at = 0;
	return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
	((struct cursor *)base)->at += batch_of(base)->n_columns;
	return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
	const struct batch *batch = batch_of(base);

	return !batch || ((struct cursor *)base)->at >= batch->n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int i)
{
	const struct batch *batch = batch_of(base);
	const struct batch_cell *cell = &batch->at[((struct cursor *)base)->at + (size_t)i];

	if ((size_t)i >= batch->n_columns)
		return SQLITE_OK;
	if (cell->text)
		sqlite3_result_text(context, cell->text, (int)cell->number, SQLITE_STATIC);
	else if (cell->number != INT64_MIN)
		sqlite3_result_int64(context, cell->number);
	return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)((struct cursor *)base)->at;
	return SQLITE_OK;
}

/* Without xCreate it is there by itself; not for schemas, which somebody else may have written. */
static const sqlite3_module methods = {
	.xConnect = connect,
	.xDisconnect = disconnect,
	.xBestIndex = best_index,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = is_at_end,
	.xColumn = column,
	.xRowid = row_id,
};

int batch_register(sqlite3 *db)
{
	return sqlite3_create_module(db, "batch", &methods, NULL);
}

int batch_add(struct batch *batch, const struct batch_cell *row)
{
	if (!array_reserve(batch, batch->n_columns))
		return SQLITE_NOMEM;
	memcpy(batch->at + batch->n, row, batch->n_columns * sizeof(*row));
	batch->n += batch->n_columns;
	return SQLITE_OK;
}

static int compare(const void *left, const void *right, void *context)
{
	const size_t column = *(const size_t *)context;
	const struct batch_cell *a = left, *b = right;

	return a[column].number < b[column].number ? -1 : a[column].number > b[column].number;
}

void batch_sort(struct batch *batch, size_t column)
{
	if (batch->n)
		qsort_r(batch->at, batch->n / batch->n_columns,
			batch->n_columns * sizeof(*batch->at), compare, &column);
}

int batch_write(struct batch *batch, sqlite3 *db)
{
	int code = SQLITE_OK;

	if (!batch->n)
		return SQLITE_OK;
	if (!batch->statement)
		code = sqlite3_prepare_v3(db, batch->sql, -1, SQLITE_PREPARE_PERSISTENT,
					  &batch->statement, NULL);
	if (!code)
		code = sqlite3_bind_pointer(batch->statement, 1, batch, "batch", NULL);
	if (!code)
		code = sqlite3_step(batch->statement);
	sqlite3_reset(batch->statement);
	batch->n = 0;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

void batch_fini(struct batch *batch)
{
	sqlite3_finalize(batch->statement);
	free(batch->at);
	*batch = (struct batch){ 0 };
}
