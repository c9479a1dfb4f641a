// SPDX-License-Identifier: MIT
#include "index-write.h"

#include "cleanup.h"
#include "index-format.h"
#include "task.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

/* New numbers for what is used often, so that they are small. */
struct ranking {
	/* By old number; KCOV_FLAT_NONE: not used. */
	uint32_t *rank;
	/* Old numbers, by rank. */
	uint32_t *by_rank;
	uint32_t n;
};

static void ranking_fini(struct ranking *ranking)
{
	free(ranking->rank);
	free(ranking->by_rank);
}

struct use {
	uint32_t count;
	uint32_t old;
};

static int use_compare(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return (x->old > y->old) - (x->old < y->old);
}

/* counts has n entries, by old number, and becomes the ranks. */
static int ranking_init(uint32_t *counts, size_t n, struct ranking *ret)
{
	_cleanup_free_ struct use *uses = NULL;
	uint32_t used = 0;

	for (size_t i = 0; i < n; i++)
		used += counts[i] != 0;
	uses = reallocarray(NULL, used + 1, sizeof(*uses));
	ret->by_rank = reallocarray(NULL, used + 1, sizeof(*ret->by_rank));
	ret->rank = counts;
	if (!uses || !ret->by_rank)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (counts[i])
			uses[ret->n++] = (struct use){ counts[i], (uint32_t)i };
		counts[i] = KCOV_FLAT_NONE;
	}
	qsort(uses, used, sizeof(*uses), use_compare);
	for (uint32_t i = 0; i < used; i++) {
		ret->by_rank[i] = uses[i].old;
		ret->rank[uses[i].old] = i;
	}
	return 0;
}

static int rank_names(const struct kcov_flat *flat, struct ranking *ret)
{
	uint32_t *counts = calloc(flat->strings.n + 1, sizeof(*counts));

	if (!counts)
		return -ENOMEM;
	for (size_t i = 0; i < flat->scopes.n; i++) {
		if (flat->scopes.at[i].name != KCOV_FLAT_NONE)
			counts[flat->scopes.at[i].name]++;
	}
	return ranking_init(counts, flat->strings.n, ret);
}

static int rank_files(const struct kcov_flat *flat, struct ranking *ret)
{
	uint32_t *counts = calloc(flat->files.n + 1, sizeof(*counts));

	if (!counts)
		return -ENOMEM;
	for (size_t i = 0; i < flat->spans.n; i++) {
		if (flat->spans.at[i].file != KCOV_FLAT_NONE)
			counts[flat->spans.at[i].file]++;
	}
	for (size_t i = 0; i < flat->scopes.n; i++) {
		if (flat->scopes.at[i].call_file != KCOV_FLAT_NONE)
			counts[flat->scopes.at[i].call_file]++;
	}
	return ranking_init(counts, flat->files.n, ret);
}

/* One more than its new number, and 0 for none. */
static uint32_t ranked(const struct ranking *ranking, uint32_t old)
{
	return old == KCOV_FLAT_NONE ? 0 : ranking->rank[old] + 1;
}

/* Tables under way. */
struct writer {
	const struct kcov_flat *flat;
	struct ranking names;
	struct ranking files;
	struct kcov_bytes tables[KCOV_INDEX_TABLES];
};

static void writer_fini(struct writer *writer)
{
	ranking_fini(&writer->names);
	ranking_fini(&writer->files);
	for (int i = 0; i < KCOV_INDEX_TABLES; i++)
		kcov_bytes_fini(&writer->tables[i]);
}

static void write_span(struct writer *writer, const struct kcov_flat_span *before,
		       const struct kcov_flat_span *span)
{
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SPANS];
	uint32_t distance = span->low - before->low;
	uint8_t changes = 0;

	if (span->line != before->line)
		changes |= KCOV_INDEX_LINE;
	if (span->column != before->column)
		changes |= KCOV_INDEX_COLUMN;
	if (span->file != before->file)
		changes |= KCOV_INDEX_FILE;
	if (span->scope != before->scope)
		changes |= KCOV_INDEX_SCOPE;
	if (span->symbol != before->symbol)
		changes |= KCOV_INDEX_SYMBOL;
	if (distance <= KCOV_INDEX_NEAR_MAX)
		changes |= (uint8_t)(distance << KCOV_INDEX_NEAR_SHIFT);
	kcov_bytes_add(bytes, &changes, 1);
	if (!(changes >> KCOV_INDEX_NEAR_SHIFT))
		kcov_bytes_add_number(bytes, distance);
	if (changes & KCOV_INDEX_LINE)
		kcov_bytes_add_change(bytes, before->line, span->line);
	if (changes & KCOV_INDEX_COLUMN)
		kcov_bytes_add_number(bytes, span->column);
	if (changes & KCOV_INDEX_FILE)
		kcov_bytes_add_number(bytes, ranked(&writer->files, span->file));
	/* One more than the number: nothing is 0, and near the first. */
	if (changes & KCOV_INDEX_SCOPE)
		kcov_bytes_add_change(bytes, before->scope + 1, span->scope + 1);
	if (changes & KCOV_INDEX_SYMBOL)
		kcov_bytes_add_change(bytes, before->symbol + 1, span->symbol + 1);
}

static void write_spans(struct writer *writer)
{
	const struct kcov_flat *flat = writer->flat;

	for (size_t i = 0; i < flat->spans.n; i++) {
		struct kcov_flat_span before = { .low = flat->spans.at[i].low,
						 .scope = KCOV_FLAT_NONE,
						 .file = KCOV_FLAT_NONE,
						 .symbol = KCOV_FLAT_NONE };

		if (i % KCOV_INDEX_BLOCK) {
			before = flat->spans.at[i - 1];
		} else {
			kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_BLOCKS], before.low);
			kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_BLOCK_BYTES],
					   (uint32_t)writer->tables[KCOV_INDEX_SPANS].n);
		}
		write_span(writer, &before, &flat->spans.at[i]);
	}
	kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_BLOCK_BYTES],
			   (uint32_t)writer->tables[KCOV_INDEX_SPANS].n);
}

static void write_scope(struct writer *writer, uint32_t i)
{
	struct kcov_bytes *bytes = &writer->tables[KCOV_INDEX_SCOPES];
	const struct kcov_flat_scope *scope = &writer->flat->scopes.at[i];
	bool is_inlined = scope->parent != KCOV_FLAT_NONE;

	/* How far back what it is inlined into is, which comes before. */
	kcov_bytes_add_number(bytes, is_inlined ? i - scope->parent : 0);
	kcov_bytes_add_number(bytes, ranked(&writer->names, scope->name));
	if (!is_inlined)
		return;
	kcov_bytes_add_number(bytes, ranked(&writer->files, scope->call_file));
	kcov_bytes_add_number(bytes, scope->call_line);
	kcov_bytes_add_number(bytes, scope->call_column);
}

static void write_scopes(struct writer *writer)
{
	struct kcov_bytes *chunks = &writer->tables[KCOV_INDEX_CHUNK_BYTES];

	for (uint32_t i = 0; i < writer->flat->scopes.n; i++) {
		if (i % KCOV_INDEX_CHUNK == 0)
			kcov_bytes_add_u32(chunks, (uint32_t)writer->tables[KCOV_INDEX_SCOPES].n);
		write_scope(writer, i);
	}
	kcov_bytes_add_u32(chunks, (uint32_t)writer->tables[KCOV_INDEX_SCOPES].n);
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

static int write_spans_alone(void *context)
{
	write_spans(context);
	return 0;
}

/* As many as a large image has. */
#define SPANS_WORTH_A_THREAD 100000u

static void write_tables(struct writer *writer)
{
	struct kcov_task spans = { .run = write_spans_alone, .context = writer };
	const struct kcov_flat *flat = writer->flat;

	/* They are half of the work, and go to tables of their own. */
	kcov_task_start(&spans, flat->spans.n >= SPANS_WORTH_A_THREAD);
	for (size_t i = 0; i < flat->text.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_TEXT], flat->text.at[i].low);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_TEXT], flat->text.at[i].high);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_TEXT], flat->text.at[i].name);
	}
	for (uint32_t i = 0; i < writer->names.n; i++)
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_NAMES], writer->names.by_rank[i]);
	for (uint32_t i = 0; i < writer->files.n; i++) {
		const struct kcov_flat_file *file = &flat->files.at[writer->files.by_rank[i]];

		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], file->path);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_FILES], file->skip);
	}
	for (size_t i = 0; i < flat->symbols.n; i++) {
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_SYMBOLS], flat->symbols.at[i].low);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_SYMBOLS], flat->symbols.at[i].size);
		kcov_bytes_add_u32(&writer->tables[KCOV_INDEX_SYMBOLS], flat->symbols.at[i].name);
	}
	kcov_bytes_add(&writer->tables[KCOV_INDEX_STRINGS], flat->strings.at, flat->strings.n);
	if (can_write_points(flat))
		write_points(writer);
	write_scopes(writer);
	kcov_task_end(&spans);
}

static void store_u64(uint8_t *at, uint64_t value)
{
	kcov_store_u32(at, (uint32_t)value);
	kcov_store_u32(at + 4, (uint32_t)(value >> 32));
}

static void fill_header(const struct kcov_flat *flat, uint8_t *header)
{
	memcpy(header, KCOV_INDEX_MAGIC, KCOV_INDEX_MAGIC_SIZE);
	kcov_store_u32(header + KCOV_INDEX_AT_VERSION, KCOV_INDEX_VERSION);
	store_u64(header + KCOV_INDEX_AT_BASE, flat->base);
	store_u64(header + KCOV_INDEX_AT_START, flat->start);
	kcov_store_u32(header + KCOV_INDEX_AT_SCOPES, (uint32_t)flat->scopes.n);
	kcov_store_u32(header + KCOV_INDEX_AT_SPANS, (uint32_t)flat->spans.n);
	kcov_store_u32(header + KCOV_INDEX_AT_MACHINE, flat->machine);
	kcov_store_u32(header + KCOV_INDEX_AT_POINTS,
		       can_write_points(flat) ? (uint32_t)flat->points.n : KCOV_INDEX_NO_POINTS);
	kcov_store_u32(header + KCOV_INDEX_AT_BUILD_ID_SIZE, (uint32_t)flat->build_id.n);
	memcpy(header + KCOV_INDEX_AT_BUILD_ID, flat->build_id.bytes, flat->build_id.n);
}

static void put_together(const struct writer *writer, struct kcov_bytes *whole)
{
	uint8_t header[KCOV_INDEX_HEADER_SIZE] = { 0 };
	const size_t size = sizeof(header);

	fill_header(writer->flat, header);
	kcov_bytes_add(whole, header, size);
	for (int i = 0; i < KCOV_INDEX_TABLES; i++) {
		kcov_store_u32(header + KCOV_INDEX_AT_TABLES + 4 * i, (uint32_t)whole->n);
		kcov_bytes_add(whole, writer->tables[i].at, writer->tables[i].n);
		kcov_bytes_align(whole, 4);
		whole->failed |= writer->tables[i].failed;
	}
	kcov_store_u32(header + KCOV_INDEX_AT_TABLES + 4 * KCOV_INDEX_TABLES, (uint32_t)whole->n);
	if (whole->failed)
		return;
	kcov_store_u32(header + KCOV_INDEX_AT_SIZE, (uint32_t)whole->n);
	kcov_store_u32(header + KCOV_INDEX_AT_BODY_SUM,
		       (uint32_t)crc32_z(0, whole->at + size, whole->n - size));
	kcov_store_u32(header + KCOV_INDEX_AT_HEADER_SUM, (uint32_t)crc32_z(0, header, size));
	memcpy(whole->at, header, size);
}

int kcov_index_write(const struct kcov_flat *flat, struct kcov_bytes *ret)
{
	_cleanup_(writer_fini) struct writer writer = { .flat = flat };
	_cleanup_(kcov_bytes_fini) struct kcov_bytes whole = {};
	int rc = rank_names(flat, &writer.names);

	if (rc == 0)
		rc = rank_files(flat, &writer.files);
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
