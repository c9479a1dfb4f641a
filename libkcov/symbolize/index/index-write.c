// SPDX-License-Identifier: MIT
#include "index-write.h"

#include "../base/checksum.h"
#include "../base/cleanup.h"
#include "../base/task.h"
#include "columns.h"
#include "functions.h"
#include "index-format.h"
#include "point-counts.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Tables under way. */
struct writer {
	const struct kcov_flat *flat;
	struct kcov_functions functions;
	struct kcov_folds folds;
	struct kcov_point_counts counts;
	struct kcov_bytes tables[KCOV_INDEX_TABLES];
};

static void writer_fini(struct writer *writer)
{
	kcov_functions_fini(&writer->functions);
	kcov_folds_fini(&writer->folds);
	kcov_point_counts_fini(&writer->counts);
	for (int i = 0; i < KCOV_INDEX_TABLES; i++)
		kcov_bytes_fini(&writer->tables[i]);
}

/* One more than a number, and 0 for none. */
static uint32_t one_more(uint32_t number)
{
	return number + 1;
}

static_assert(KCOV_FLAT_NONE + 1u == 0, "one more than none is 0");

static void fill_span(const struct writer *writer, const struct kcov_flat_span *span, uint32_t low,
		      uint32_t *row)
{
	const struct kcov_functions_place place =
		kcov_functions_place(&writer->functions, span->scope, span->file, span->line);

	row[KCOV_INDEX_SPAN_LOW] = span->low - low;
	row[KCOV_INDEX_SPAN_SCOPE] = one_more(span->scope);
	row[KCOV_INDEX_SPAN_FILE] = place.file;
	row[KCOV_INDEX_SPAN_LINE] = place.line;
	row[KCOV_INDEX_SPAN_COLUMN] = span->column;
	row[KCOV_INDEX_SPAN_SYMBOL] = one_more(span->symbol);
}

static void write_spans(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;
	struct kcov_bytes *blocks = &writer->tables[KCOV_INDEX_BLOCKS];
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SPANS];
	uint32_t rows[KCOV_INDEX_BLOCK][KCOV_INDEX_SPAN_COLUMNS];
	const struct kcov_columns columns =
		kcov_index_span_columns((uint32_t)flat->scopes.n, (uint32_t)flat->symbols.n);

	for (size_t i = 0; i < flat->spans.n; i += KCOV_INDEX_BLOCK) {
		const uint32_t low = flat->spans.at[i].low;
		size_t n = 0;

		for (; n < KCOV_INDEX_BLOCK && i + n < flat->spans.n; n++)
			fill_span(writer, &flat->spans.at[i + n], low, rows[n]);
		kcov_bytes_add_u32(blocks, low);
		kcov_bytes_add_u32(blocks, (uint32_t)bytes->n);
		kcov_columns_add_block(&columns, rows[0], n, bytes);
	}
	kcov_bytes_add_u32(blocks, 0);
	kcov_bytes_add_u32(blocks, (uint32_t)bytes->n);
}

static void fill_scope(const struct writer *writer, size_t i, uint32_t *row)
{
	const struct kcov_flat_scope *scope = &writer->flat->scopes.at[i];
	const bool is_inlined = scope->parent != KCOV_FLAT_NONE;
	struct kcov_functions_place place = { 0 };

	if (is_inlined)
		place = kcov_functions_place(&writer->functions, scope->parent, scope->call_file,
					     scope->call_line);
	row[KCOV_INDEX_SCOPE_BACK] = is_inlined ? (uint32_t)i - scope->parent : 0;
	row[KCOV_INDEX_SCOPE_FUNCTION] = one_more(writer->functions.of_scope[i]);
	row[KCOV_INDEX_SCOPE_FILE] = place.file;
	row[KCOV_INDEX_SCOPE_LINE] = place.line;
	row[KCOV_INDEX_SCOPE_COLUMN] = is_inlined ? scope->call_column : 0;
}

static void fill_function(const struct writer *writer, size_t i, uint32_t *row)
{
	const struct kcov_functions *functions = &writer->functions;

	row[KCOV_INDEX_FUNCTION_NAME] = one_more(functions->names.all.at[i].first);
	row[KCOV_INDEX_FUNCTION_FILE] = one_more(functions->names.all.at[i].second);
	row[KCOV_INDEX_FUNCTION_LINE] = functions->lines[i];
}

static void fill_file_count(const struct writer *writer, size_t i, uint32_t *row)
{
	const struct kcov_file_count *count = &writer->counts.files.at[i];

	row[KCOV_INDEX_FILE_COUNT_FILE] = one_more(count->file);
	row[KCOV_INDEX_FILE_COUNT_POINTS] = count->points;
	row[KCOV_INDEX_FILE_COUNT_INIT_POINTS] = count->init_points;
	row[KCOV_INDEX_FILE_COUNT_FUNCTIONS] = count->functions;
	row[KCOV_INDEX_FILE_COUNT_LINES] = count->lines;
}

static void fill_function_count(const struct writer *writer, size_t i, uint32_t *row)
{
	const struct kcov_function_count *count = &writer->counts.functions.at[i];

	row[KCOV_INDEX_FUNCTION_COUNT_NAME] = one_more(count->name);
	row[KCOV_INDEX_FUNCTION_COUNT_FILE] = one_more(count->file);
	row[KCOV_INDEX_FUNCTION_COUNT_LINE] = count->line;
	row[KCOV_INDEX_FUNCTION_COUNT_PC] = count->pc;
	row[KCOV_INDEX_FUNCTION_COUNT_POINTS] = count->points;
	row[KCOV_INDEX_FUNCTION_COUNT_INIT_POINTS] = count->init_points;
}

static void fill_symbol(const struct writer *writer, size_t i, uint32_t *row)
{
	const struct kcov_flat_symbol *symbol = &writer->flat->symbols.at[i];

	row[KCOV_INDEX_SYMBOL_LOW] = symbol->low;
	row[KCOV_INDEX_SYMBOL_SIZE] = symbol->size;
	row[KCOV_INDEX_SYMBOL_NAME] = one_more(symbol->name);
}

static void fill_fold(const struct writer *writer, size_t i, uint32_t *row)
{
	row[KCOV_INDEX_FOLD_NAME] = writer->folds.all.at[i].first;
	row[KCOV_INDEX_FOLD_FOLDED] = writer->folds.all.at[i].second;
}

typedef void fill_row(const struct writer *writer, size_t i, uint32_t *row);

/* Rows of a table of columns, some in a block each, and where each block begins. */
static void write_chunks(struct writer *writer, enum kcov_index_table chunks,
			 enum kcov_index_table table, const struct kcov_columns *columns,
			 size_t n_rows, fill_row *fill)
{
	struct kcov_bytes *bytes = &writer->tables[table];
	uint32_t rows[KCOV_INDEX_CHUNK * KCOV_COLUMNS_MAX];

	for (size_t i = 0; i < n_rows; i += KCOV_INDEX_CHUNK) {
		size_t n = 0;

		for (; n < KCOV_INDEX_CHUNK && i + n < n_rows; n++)
			fill(writer, i + n, rows + n * columns->n);
		kcov_bytes_add_u32(&writer->tables[chunks], (uint32_t)bytes->n);
		kcov_columns_add_block(columns, rows, n, bytes);
	}
	kcov_bytes_add_u32(&writer->tables[chunks], (uint32_t)bytes->n);
}

/* All in one block: each is met from anywhere. */
static void write_block(struct writer *writer, enum kcov_index_table table, unsigned int n_columns,
			size_t n_rows, fill_row *fill)
{
	const struct kcov_columns columns = { .n = n_columns };
	struct kcov_bytes *bytes = &writer->tables[table];
	_cleanup_free_ uint32_t *rows = reallocarray(NULL, n_rows + 1, sizeof(*rows) * n_columns);

	if (!rows) {
		bytes->failed = true;
		return;
	}
	for (size_t i = 0; i < n_rows; i++)
		fill(writer, i, rows + i * n_columns);
	if (n_rows)
		kcov_columns_add_block(&columns, rows, n_rows, bytes);
}

/* Whether the distances between points leave a bit to say which of the two each is. */
static bool can_write_points(const struct kcov_flat *flat)
{
	for (size_t i = 1; i < flat->points.n; i++) {
		if (flat->points.at[i].pc - flat->points.at[i - 1].pc > UINT32_MAX >> 1)
			return false;
	}
	return flat->has_points;
}

/* The first of a block is in the table of blocks; each next one is as far from the last. */
static void write_points(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_POINTS];
	uint32_t before = 0;

	for (size_t i = 0; i < flat->points.n; i++) {
		const struct kcov_flat_point *point = &flat->points.at[i];

		if (i % KCOV_INDEX_POINT_BLOCK == 0) {
			kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_POINT_BLOCKS], point->pc);
			kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_POINT_BLOCKS],
					   (uint32_t)bytes->n);
			before = point->pc;
		}
		kcov_bytes_add_number(bytes, (point->pc - before) << 1 | point->is_cmp);
		before = point->pc;
	}
}

static void write_text(struct writer *writer)
{
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_TEXT];

	for (size_t i = 0; i < writer->flat->text.n; i++) {
		const struct kcov_flat_text *text = &writer->flat->text.at[i];

		kcov_bytes_add_u32(bytes, text->low);
		kcov_bytes_add_u32(bytes, text->high);
		kcov_bytes_add_u32(bytes, text->name);
		kcov_bytes_add_u32(bytes, text->offset);
	}
}

/* By name, and by number if that is the same. */
static int name_compare(const void *a, const void *b, void *context)
{
	const uint32_t *x = a, *y = b;
	const struct kcov_flat *flat = context;
	const char *strings = (const char *)flat->strings.at;
	int order =
		strcmp(strings + flat->symbols.at[*x].name, strings + flat->symbols.at[*y].name);

	return order ? order : (*x > *y) - (*x < *y);
}

static void write_names(struct writer *writer)
{
	const struct kcov_columns columns = { .n = KCOV_INDEX_NAME_COLUMNS };
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_NAMES];
	const size_t n = writer->flat->symbols.n;
	_cleanup_free_ uint32_t *numbers = reallocarray(NULL, n + 1, sizeof(*numbers));

	if (!numbers) {
		bytes->failed = true;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		numbers[i] = i;
	qsort_r(numbers, n, sizeof(*numbers), name_compare, (void *)writer->flat);
	if (n)
		kcov_columns_add_block(&columns, numbers, n, bytes);
}

static int write_spans_alone(void *context)
{
	write_spans(context);
	return 0;
}

static void write_others(struct writer *writer)
{
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_OTHERS];

	for (size_t i = 0; i < writer->flat->others.n; i++) {
		const struct kcov_flat_other *other = &writer->flat->others.at[i];

		kcov_bytes_add_u32(bytes, other->name);
		kcov_bytes_add_u32(bytes, (uint32_t)other->sum);
		kcov_bytes_add_u32(bytes, (uint32_t)(other->sum >> 32));
	}
}

static void write_syscalls(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SYSCALLS];

	for (size_t i = 0; i < flat->syscalls.n; i++) {
		kcov_bytes_add_u32(bytes, flat->syscalls.at[i].name);
		kcov_bytes_add_u32(bytes, flat->syscalls.at[i].is_compat);
		kcov_bytes_add_u32(bytes, flat->syscalls.at[i].first);
	}
	bytes = &writer->tables[KCOV_INDEX_PARAMETERS];
	for (size_t i = 0; i < flat->parameters.n; i++) {
		const struct kcov_flat_parameter *parameter = &flat->parameters.at[i];

		kcov_bytes_add_u32(bytes, one_more(parameter->name));
		kcov_bytes_add_u32(bytes, parameter->type);
		kcov_bytes_add_u32(bytes, parameter->size << 8 | parameter->kind);
	}
}

static void write_all_chunks(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;
	const struct kcov_columns scopes = { .n = KCOV_INDEX_SCOPE_COLUMNS },
				  counts = kcov_index_function_count_columns(
					  (uint32_t)flat->files.n);

	write_chunks(writer, KCOV_INDEX_CHUNKS, KCOV_INDEX_SCOPES, &scopes, flat->scopes.n,
		     fill_scope);
	write_chunks(writer, KCOV_INDEX_COUNT_CHUNKS, KCOV_INDEX_FUNCTION_COUNTS, &counts,
		     writer->counts.functions.n, fill_function_count);
}

static void write_blocks(struct writer *writer)
{
	write_block(writer, KCOV_INDEX_FUNCTIONS, KCOV_INDEX_FUNCTION_COLUMNS,
		    writer->functions.names.all.n, fill_function);
	write_block(writer, KCOV_INDEX_SYMBOLS, KCOV_INDEX_SYMBOL_COLUMNS, writer->flat->symbols.n,
		    fill_symbol);
	write_block(writer, KCOV_INDEX_FILE_COUNTS, KCOV_INDEX_FILE_COUNT_COLUMNS,
		    writer->counts.files.n, fill_file_count);
	write_block(writer, KCOV_INDEX_FOLDS, KCOV_INDEX_FOLD_COLUMNS, writer->folds.all.n,
		    fill_fold);
}

/* All but those of spans. */
static void write_other_tables(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;

	write_text(writer);
	for (size_t i = 0; i < flat->files.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], flat->files.at[i].path);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], flat->files.at[i].skip);
	}
	write_names(writer);
	for (size_t i = 0; i < flat->gaps.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_GAPS], flat->gaps.at[i].low);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_GAPS], flat->gaps.at[i].high);
	}
	write_others(writer);
	write_syscalls(writer);
	for (size_t i = 0; i < flat->damaged.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_DAMAGED], flat->damaged.at[i].unit);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_DAMAGED], flat->damaged.at[i].cause);
	}
	kcov_bytes_add(&writer->tables[KCOV_INDEX_STRINGS], flat->strings.at, flat->strings.n);
	if (can_write_points(flat))
		write_points(writer);
	write_all_chunks(writer);
	write_blocks(writer);
}

/* Texts that are added move the others, which nobody who writes spans looks at. */
static int count_points(struct kcov_flat *flat, struct writer *writer)
{
	int rc = kcov_folds_init(flat, &writer->functions, &writer->folds);

	if (rc == 0 && can_write_points(flat))
		rc = kcov_point_counts_init(flat, &writer->folds, &writer->counts);
	return rc;
}

/* As many as a large image has. */
#define SPANS_WORTH_A_THREAD 100000u

static int write_tables(struct kcov_flat *flat, struct writer *writer)
{
	struct kcov_task spans = { .run = write_spans_alone, .context = writer };
	int rc;

	/* They are half of the work, and go to tables of their own. */
	kcov_task_start(&spans, flat->spans.n >= SPANS_WORTH_A_THREAD);
	rc = count_points(flat, writer);
	if (rc == 0)
		write_other_tables(writer);
	kcov_task_end(&spans);
	return rc;
}

static void fill_header(const struct writer *writer, uint8_t *header)
{
	const struct kcov_flat *flat = writer->flat;

	memcpy(header, KCOV_INDEX_MAGIC, KCOV_INDEX_MAGIC_SIZE);
	kcov_store_u32(header + KCOV_INDEX_AT_VERSION, KCOV_INDEX_VERSION);
	kcov_store_u64(header + KCOV_INDEX_AT_BASE, flat->base);
	kcov_store_u64(header + KCOV_INDEX_AT_START, flat->start);
	kcov_store_u32(header + KCOV_INDEX_AT_SCOPES, (uint32_t)flat->scopes.n);
	kcov_store_u32(header + KCOV_INDEX_AT_SPANS, (uint32_t)flat->spans.n);
	kcov_store_u32(header + KCOV_INDEX_AT_MACHINE, flat->machine | (uint32_t)flat->build << 16);
	kcov_store_u32(header + KCOV_INDEX_AT_POINTS,
		       can_write_points(flat) ? (uint32_t)flat->points.n : KCOV_INDEX_NO_POINTS);
	kcov_store_u32(header + KCOV_INDEX_AT_FUNCTIONS, (uint32_t)writer->functions.names.all.n);
	kcov_store_u32(header + KCOV_INDEX_AT_SYMBOLS, (uint32_t)flat->symbols.n);
	kcov_store_u32(header + KCOV_INDEX_AT_FOLDS, (uint32_t)writer->folds.all.n);
	kcov_store_u32(header + KCOV_INDEX_AT_FILE_COUNTS, (uint32_t)writer->counts.files.n);
	kcov_store_u32(header + KCOV_INDEX_AT_FUNCTION_COUNTS,
		       (uint32_t)writer->counts.functions.n);
	kcov_store_u32(header + KCOV_INDEX_AT_BUILD_ID_SIZE, (uint32_t)flat->build_id.n);
	memcpy(header + KCOV_INDEX_AT_BUILD_ID, flat->build_id.bytes, flat->build_id.n);
}

static void put_together(const struct writer *writer, struct kcov_bytes *whole)
{
	uint8_t header[KCOV_INDEX_HEADER_SIZE] = { 0 };
	const size_t size = sizeof(header);

	fill_header(writer, header);
	kcov_bytes_add(whole, header, size);
	for (int i = 0; i < KCOV_INDEX_TABLES; i++) {
		kcov_store_u32(header + KCOV_INDEX_AT_TABLES + 4 * i, (uint32_t)whole->n);
		kcov_bytes_add(whole, writer->tables[i].at, writer->tables[i].n);
		kcov_bytes_align(whole, 4);
		whole->failed |= writer->tables[i].failed;
	}
	kcov_store_u32(header + KCOV_INDEX_AT_TABLES + 4 * KCOV_INDEX_TABLES, (uint32_t)whole->n);
	kcov_bytes_add(whole, (const uint8_t[KCOV_COLUMNS_PADDING]){ 0 }, KCOV_COLUMNS_PADDING);
	if (whole->failed)
		return;
	kcov_store_u32(header + KCOV_INDEX_AT_SIZE, (uint32_t)whole->n);
	kcov_store_u64(header + KCOV_INDEX_AT_BODY_SUM,
		       kcov_checksum(whole->at + size, whole->n - size));
	kcov_store_u64(header + KCOV_INDEX_AT_HEADER_SUM, kcov_checksum(header, size));
	memcpy(whole->at, header, size);
}

int kcov_index_write(struct kcov_flat *flat, struct kcov_bytes *ret)
{
	_cleanup_(writer_fini) struct writer writer = { .flat = flat };
	_cleanup_(kcov_bytes_fini) struct kcov_bytes whole = {};
	int rc = kcov_functions_init(flat, &writer.functions);

	if (rc == 0)
		rc = write_tables(flat, &writer);
	if (rc < 0)
		return rc;
	put_together(&writer, &whole);
	if (whole.failed)
		return -ENOMEM;
	if (whole.n > UINT32_MAX)
		return -EFBIG;
	*ret = whole;
	whole = (struct kcov_bytes){};
	return 0;
}
