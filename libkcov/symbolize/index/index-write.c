// SPDX-License-Identifier: MIT
#include "index-write.h"

#include "../base/checksum.h"
#include "../base/cleanup.h"
#include "../base/task.h"
#include "columns.h"
#include "functions.h"
#include "index-format.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Tables under way. */
struct writer {
	const struct kcov_flat *flat;
	struct kcov_functions functions;
	struct kcov_bytes tables[KCOV_INDEX_TABLES];
};

static void writer_fini(struct writer *writer)
{
	kcov_functions_fini(&writer->functions);
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

static void fill_scope(const struct writer *writer, uint32_t i, uint32_t *row)
{
	const struct kcov_flat_scope *scope = &writer->flat->scopes.at[i];
	const bool is_inlined = scope->parent != KCOV_FLAT_NONE;
	struct kcov_functions_place place = { 0 };

	if (is_inlined)
		place = kcov_functions_place(&writer->functions, scope->parent, scope->call_file,
					     scope->call_line);
	row[KCOV_INDEX_SCOPE_BACK] = is_inlined ? i - scope->parent : 0;
	row[KCOV_INDEX_SCOPE_FUNCTION] = one_more(writer->functions.of_scope[i]);
	row[KCOV_INDEX_SCOPE_FILE] = place.file;
	row[KCOV_INDEX_SCOPE_LINE] = place.line;
	row[KCOV_INDEX_SCOPE_COLUMN] = is_inlined ? scope->call_column : 0;
}

static void write_scopes(struct writer *writer)
{
	const struct kcov_columns columns = { .n = KCOV_INDEX_SCOPE_COLUMNS };
	struct kcov_bytes *chunks = &writer->tables[KCOV_INDEX_CHUNKS];
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SCOPES];
	uint32_t rows[KCOV_INDEX_CHUNK][KCOV_INDEX_SCOPE_COLUMNS];

	for (uint32_t i = 0; i < writer->flat->scopes.n; i += KCOV_INDEX_CHUNK) {
		uint32_t n = 0;

		for (; n < KCOV_INDEX_CHUNK && i + n < writer->flat->scopes.n; n++)
			fill_scope(writer, i + n, rows[n]);
		kcov_bytes_add_u32(chunks, (uint32_t)bytes->n);
		kcov_columns_add_block(&columns, rows[0], n, bytes);
	}
	kcov_bytes_add_u32(chunks, (uint32_t)bytes->n);
}

/* All in one block: each is met from anywhere. */
static void write_functions(struct writer *writer)
{
	const struct kcov_columns columns = { .n = KCOV_INDEX_FUNCTION_COLUMNS };
	const struct kcov_functions *functions = &writer->functions;
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_FUNCTIONS];
	const size_t n = functions->names.all.n;
	_cleanup_free_ uint32_t *rows = reallocarray(NULL, n + 1, sizeof(*rows) * columns.n);

	if (!rows) {
		bytes->failed = true;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t *row = rows + i * columns.n;

		row[KCOV_INDEX_FUNCTION_NAME] = one_more(functions->names.all.at[i].first);
		row[KCOV_INDEX_FUNCTION_FILE] = one_more(functions->names.all.at[i].second);
		row[KCOV_INDEX_FUNCTION_LINE] = functions->lines[i];
	}
	if (n)
		kcov_columns_add_block(&columns, rows, n, bytes);
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

static void write_symbols(struct writer *writer)
{
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SYMBOLS];

	for (size_t i = 0; i < writer->flat->symbols.n; i++) {
		const struct kcov_flat_symbol *symbol = &writer->flat->symbols.at[i];

		kcov_bytes_add_u32(bytes, symbol->low);
		kcov_bytes_add_u32(bytes, symbol->size);
		kcov_bytes_add_u32(bytes, symbol->name);
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
	for (size_t i = 0; i < n; i++)
		kcov_bytes_add_u32(bytes, numbers[i]);
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

/* As many as a large image has. */
#define SPANS_WORTH_A_THREAD 100000u

static void write_tables(struct writer *writer)
{
	struct kcov_task spans = { .run = write_spans_alone, .context = writer };
	const struct kcov_flat *flat = writer->flat;

	/* They are half of the work, and go to tables of their own. */
	kcov_task_start(&spans, flat->spans.n >= SPANS_WORTH_A_THREAD);
	write_text(writer);
	for (size_t i = 0; i < flat->files.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], flat->files.at[i].path);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], flat->files.at[i].skip);
	}
	write_symbols(writer);
	write_names(writer);
	for (size_t i = 0; i < flat->gaps.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_GAPS], flat->gaps.at[i].low);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_GAPS], flat->gaps.at[i].high);
	}
	write_others(writer);
	for (size_t i = 0; i < flat->damaged.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_DAMAGED], flat->damaged.at[i].unit);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_DAMAGED], flat->damaged.at[i].cause);
	}
	kcov_bytes_add(&writer->tables[KCOV_INDEX_STRINGS], flat->strings.at, flat->strings.n);
	if (can_write_points(flat))
		write_points(writer);
	write_scopes(writer);
	write_functions(writer);
	kcov_task_end(&spans);
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

int kcov_index_write(const struct kcov_flat *flat, struct kcov_bytes *ret)
{
	_cleanup_(writer_fini) struct writer writer = { .flat = flat };
	_cleanup_(kcov_bytes_fini) struct kcov_bytes whole = {};
	int rc = kcov_functions_init(flat, &writer.functions);

	if (rc < 0)
		return rc;
	write_tables(&writer);
	put_together(&writer, &whole);
	if (whole.failed)
		return -ENOMEM;
	if (whole.n > UINT32_MAX)
		return -EFBIG;
	*ret = whole;
	whole = (struct kcov_bytes){};
	return 0;
}
