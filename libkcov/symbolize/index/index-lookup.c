// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <errno.h>

/* Whose number of columns the compiler knows; only that of spans has bases. */
static const struct kcov_columns scope_columns = { .n = KCOV_INDEX_SCOPE_COLUMNS };
static const struct kcov_columns function_columns = { .n = KCOV_INDEX_FUNCTION_COLUMNS };

static bool is_text(const struct kcov_index *index, uint32_t offset)
{
	const size_t n = words(index, KCOV_INDEX_TEXT);

	for (size_t i = 0; i + KCOV_INDEX_TEXT_WORDS <= n; i += KCOV_INDEX_TEXT_WORDS) {
		if (offset >= word(index, KCOV_INDEX_TEXT, i) &&
		    offset < word(index, KCOV_INDEX_TEXT, i + 1))
			return true;
	}
	return false;
}

/*
 * Without a branch on what is read, which would be guessed wrong half of the time; and all
 * searches in step, so that none waits for memory alone.
 */
void kcov_index_find_blocks(const uint8_t *blocks, size_t n_blocks, const uint32_t *offsets,
			    size_t n, size_t *ret)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = 0;
	if (!n_blocks)
		return;
	while (n_blocks > 1) {
		const size_t half = n_blocks / 2;

		for (size_t i = 0; i < n; i++)
			ret[i] += half *
				  (kcov_load_u32(blocks + 8 * (ret[i] + half - 1)) <= offsets[i]);
		n_blocks -= half;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] += kcov_load_u32(blocks + 8 * ret[i]) <= offsets[i];
}

/* Let the processor fetch what lies there, which need be nothing. */
static void prefetch(const struct kcov_index *index, enum kcov_index_table table, size_t at)
{
	if (at < index->tables[table].n)
		__builtin_prefetch(index->tables[table].at + at);
}

/* Of a processor with small ones; half of the blocks lie in two. */
#define CACHE_LINE 64u

void kcov_index_seek(const struct kcov_index *index, const uint64_t *addresses, size_t n,
		     struct kcov_index_seek *ret)
{
	uint32_t offsets[KCOV_INDEX_TOGETHER] = { 0 };
	size_t blocks[KCOV_INDEX_TOGETHER];

	for (size_t i = 0; i < n; i++) {
		bool is_near =
			addresses[i] >= index->base && addresses[i] - index->base <= UINT32_MAX;

		offsets[i] = is_near ? (uint32_t)(addresses[i] - index->base) : 0;
		ret[i].is_text = is_near && is_text(index, offsets[i]);
	}
	kcov_index_find_blocks(index->tables[KCOV_INDEX_BLOCKS].at,
			       words(index, KCOV_INDEX_BLOCKS) / 2 - 1, offsets, n, blocks);
	for (size_t i = 0; i < n; i++) {
		ret[i].offset = offsets[i];
		ret[i].block = ret[i].is_text ? blocks[i] : 0;
		if (ret[i].block) {
			uint32_t low = word(index, KCOV_INDEX_BLOCKS, 2 * ret[i].block - 1);

			prefetch(index, KCOV_INDEX_SPANS, low);
			prefetch(index, KCOV_INDEX_SPANS, (size_t)low + CACHE_LINE);
		}
	}
}

int kcov_index_read(const struct kcov_index *index, const struct kcov_index_seek *seek,
		    struct kcov_place *ret)
{
	struct kcov_columns columns = index->spans;
	uint32_t row[KCOV_INDEX_SPAN_COLUMNS], i;
	struct kcov_columns_block rows;
	size_t block;

	*ret = (struct kcov_place){ .is_text = seek->is_text };
	if (!seek->block)
		return 0;
	/* Which the compiler is to know. */
	columns.n = KCOV_INDEX_SPAN_COLUMNS;
	block = seek->block - 1;
	if (!open_block(
		    index, &columns, KCOV_INDEX_SPANS,
		    word(index, KCOV_INDEX_BLOCKS, 2 * block + 1),
		    word(index, KCOV_INDEX_BLOCKS, 2 * block + 3),
		    least(index->n_spans - (uint32_t)block * KCOV_INDEX_BLOCK, KCOV_INDEX_BLOCK),
		    &rows))
		return -EBADMSG;
	i = kcov_columns_find(&rows, seek->offset - word(index, KCOV_INDEX_BLOCKS, 2 * block));
	kcov_columns_read(&columns, &rows, i, row);
	ret->scope = row[KCOV_INDEX_SPAN_SCOPE];
	ret->file = row[KCOV_INDEX_SPAN_FILE];
	ret->line = row[KCOV_INDEX_SPAN_LINE];
	ret->column = row[KCOV_INDEX_SPAN_COLUMN];
	ret->symbol = row[KCOV_INDEX_SPAN_SYMBOL];
	prefetch(index, KCOV_INDEX_SYMBOLS, kcov_columns_row(&index->symbols, ret->symbol - 1) / 8);
	prefetch(index, KCOV_INDEX_CHUNKS, 4 * (((size_t)ret->scope - 1) / KCOV_INDEX_CHUNK));
	return 0;
}

void kcov_index_ready(const struct kcov_index *index, const struct kcov_place *place)
{
	uint32_t low;

	if (!place->scope || place->scope > index->n_scopes)
		return;
	low = word(index, KCOV_INDEX_CHUNKS, (place->scope - 1) / KCOV_INDEX_CHUNK);
	prefetch(index, KCOV_INDEX_SCOPES, low);
	prefetch(index, KCOV_INDEX_SCOPES, (size_t)low + CACHE_LINE);
}

int kcov_index_find(const struct kcov_index *index, uint64_t address, struct kcov_place *ret)
{
	struct kcov_index_seek seek;

	kcov_index_seek(index, &address, 1, &seek);
	return kcov_index_read(index, &seek, ret);
}

int kcov_index_symbol(const struct kcov_index *index, const struct kcov_place *place,
		      struct kcov_index_symbol *ret)
{
	uint32_t row[KCOV_INDEX_SYMBOL_COLUMNS];
	const char *name;

	if (!place->symbol) {
		*ret = (struct kcov_index_symbol){};
		return 0;
	}
	if (!read_symbol(index, place->symbol - 1, row))
		return -EBADMSG;
	name = text_at(index, row[KCOV_INDEX_SYMBOL_NAME] - 1);
	if (!name)
		return -EBADMSG;
	*ret = (struct kcov_index_symbol){
		.name = name,
		.address = index->base + row[KCOV_INDEX_SYMBOL_LOW],
		.size = row[KCOV_INDEX_SYMBOL_SIZE],
	};
	return 0;
}

bool kcov_index_is_unanswered(const struct kcov_index *index, const struct kcov_place *place,
			      uint64_t address)
{
	const uint32_t offset = (uint32_t)(address - index->base);
	size_t gap;

	if (!place->is_text || place->scope || place->file)
		return false;
	kcov_index_find_blocks(index->tables[KCOV_INDEX_GAPS].at, words(index, KCOV_INDEX_GAPS) / 2,
			       &offset, 1, &gap);
	return gap && offset < word(index, KCOV_INDEX_GAPS, 2 * gap - 1);
}

bool kcov_index_other(const struct kcov_index *index, size_t i, struct kcov_other_file *ret)
{
	struct kcov_other_file other;

	if (3 * i + 2 >= words(index, KCOV_INDEX_OTHERS))
		return false;
	other.name = text_at(index, word(index, KCOV_INDEX_OTHERS, 3 * i));
	other.sum = (uint64_t)word(index, KCOV_INDEX_OTHERS, 3 * i + 2) << 32 |
		    word(index, KCOV_INDEX_OTHERS, 3 * i + 1);
	if (!other.name)
		return false;
	*ret = other;
	return true;
}

int kcov_index_damaged(const struct kcov_index *index, size_t i, const char **unit,
		       const char **cause)
{
	const char *its_unit, *its_cause;

	if (2 * i + 1 >= words(index, KCOV_INDEX_DAMAGED))
		return 0;
	its_unit = text_at(index, word(index, KCOV_INDEX_DAMAGED, 2 * i));
	its_cause = text_at(index, word(index, KCOV_INDEX_DAMAGED, 2 * i + 1));
	if (!its_unit || !its_cause)
		return -EBADMSG;
	*unit = its_unit;
	*cause = its_cause;
	return 1;
}

static int find_scope(const struct kcov_index *index, uint32_t i, uint32_t *ret)
{
	const uint32_t chunk = i / KCOV_INDEX_CHUNK, before = chunk * KCOV_INDEX_CHUNK;
	struct kcov_columns_block rows;

	if (i >= index->n_scopes ||
	    !open_block(index, &scope_columns, KCOV_INDEX_SCOPES,
			word(index, KCOV_INDEX_CHUNKS, chunk),
			word(index, KCOV_INDEX_CHUNKS, (size_t)chunk + 1),
			least(index->n_scopes - before, KCOV_INDEX_CHUNK), &rows))
		return -EBADMSG;
	kcov_columns_read(&scope_columns, &rows, i - before, ret);
	return ret[KCOV_INDEX_SCOPE_BACK] > i ? -EBADMSG : 0;
}

/* Of the function of a scope. */
static int find_function(const struct kcov_index *index, uint32_t function, uint32_t *ret)
{
	if (!function || function > index->functions.n_rows)
		return -EBADMSG;
	kcov_columns_read(&function_columns, &index->functions, function - 1, ret);
	return 0;
}

/*
 * All of a frame that a function and a place in it say. Its members are set one by one, each once:
 * to copy it whole, the processor would have to wait until all of them are there.
 */
static int set_frame(const struct kcov_index *index, const uint32_t *function,
		     const struct kcov_place *place, struct kcov_frame *frame)
{
	const uint32_t name = function[KCOV_INDEX_FUNCTION_NAME];
	uint32_t file = function[KCOV_INDEX_FUNCTION_FILE];
	uint32_t line = place->line;

	if (place->file)
		file = place->file - 1;
	else
		line += function[KCOV_INDEX_FUNCTION_LINE];
	frame->line = line;
	frame->column = place->column;
	frame->function = name ? text_at(index, name - 1) : NULL;
	if (name && !frame->function)
		return -EBADMSG;
	__builtin_prefetch(frame->function);
	return file_at(index, file, &frame->path, &frame->file);
}

int kcov_index_frame(const struct kcov_index *index, struct kcov_place *place, bool *more,
		     struct kcov_frame *ret)
{
	uint32_t scope[KCOV_INDEX_SCOPE_COLUMNS] = { 0 };
	uint32_t function[KCOV_INDEX_FUNCTION_COLUMNS] = { 0 };
	int rc = 0;

	if (place->scope) {
		rc = find_scope(index, place->scope - 1, scope);
		if (rc == 0)
			rc = find_function(index, scope[KCOV_INDEX_SCOPE_FUNCTION], function);
	}
	if (rc == 0)
		rc = set_frame(index, function, place, ret);
	if (rc < 0)
		return rc;
	*more = scope[KCOV_INDEX_SCOPE_BACK] != 0;
	if (*more) {
		place->scope -= scope[KCOV_INDEX_SCOPE_BACK];
		place->file = scope[KCOV_INDEX_SCOPE_FILE];
		place->line = scope[KCOV_INDEX_SCOPE_LINE];
		place->column = scope[KCOV_INDEX_SCOPE_COLUMN];
	}
	return 0;
}
