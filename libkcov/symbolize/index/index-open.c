// SPDX-License-Identifier: MIT
#include "../base/checksum.h"
#include "index-words.h"

#include <errno.h>
#include <string.h>

static bool sums_are_right(const uint8_t *at, size_t size)
{
	uint8_t header[KCOV_INDEX_HEADER_SIZE];

	memcpy(header, at, sizeof(header));
	memset(header + KCOV_INDEX_AT_HEADER_SUM, 0, 8);
	return kcov_load_u64(at + KCOV_INDEX_AT_HEADER_SUM) ==
		       kcov_checksum(header, sizeof(header)) &&
	       kcov_load_u64(at + KCOV_INDEX_AT_BODY_SUM) ==
		       kcov_checksum(at + sizeof(header), size - sizeof(header));
}

static int open_tables(const uint8_t *at, size_t size, struct kcov_index *index)
{
	for (int i = 0; i < KCOV_INDEX_TABLES; i++) {
		uint32_t low = kcov_load_u32(at + KCOV_INDEX_AT_TABLES + 4 * i);
		uint32_t high = kcov_load_u32(at + KCOV_INDEX_AT_TABLES + 4 * (i + 1));

		if (low > high || high > size)
			return -EBADMSG;
		index->tables[i].at = at + low;
		index->tables[i].n = high - low;
	}
	return 0;
}

/* How many pieces of so many rows each hold n rows. */
static size_t count_pieces(uint32_t n, uint32_t rows)
{
	return ((uint64_t)n + rows - 1) / rows;
}

/* That there are as many numbers in one table as another one is said to have things. */
static int check_counts(const struct kcov_index *index)
{
	uint32_t points = index->n_points == KCOV_INDEX_NO_POINTS ? 0 : index->n_points;
	size_t n = index->tables[KCOV_INDEX_STRINGS].n;

	if (words(index, KCOV_INDEX_BLOCKS) !=
		    2 * (count_pieces(index->n_spans, KCOV_INDEX_BLOCK) + 1) ||
	    words(index, KCOV_INDEX_CHUNKS) !=
		    count_pieces(index->n_scopes, KCOV_INDEX_CHUNK) + 1 ||
	    words(index, KCOV_INDEX_POINT_BLOCKS) !=
		    2 * count_pieces(points, KCOV_INDEX_POINT_BLOCK) ||
	    words(index, KCOV_INDEX_COUNT_CHUNKS) !=
		    count_pieces(index->n_function_counts, KCOV_INDEX_CHUNK) + 1)
		return -EBADMSG;
	/* So that each text ends in it. */
	return n && index->tables[KCOV_INDEX_STRINGS].at[n - 1] ? -EBADMSG : 0;
}

/*
 * A table that is one block, of as many rows as a word of the header says. Without any it is empty.
 * Several are not all of zeros, or a few bytes could stand for any number of them.
 */
static bool open_table(const struct kcov_index *index, enum kcov_index_table table,
		       enum kcov_index_field n_rows, unsigned int n_columns,
		       struct kcov_columns_block *ret)
{
	const struct kcov_columns columns = { .n = n_columns };
	const uint32_t n = kcov_load_u32(index->at + n_rows);

	if (!n)
		return true;
	return kcov_columns_open(&columns, index->tables[table].at, index->tables[table].n, n,
				 ret) &&
	       (n == 1 || ret->row_bits);
}

/* There are as many names as symbols. */
static bool open_all_tables(struct kcov_index *index)
{
	return open_table(index, KCOV_INDEX_FUNCTIONS, KCOV_INDEX_AT_FUNCTIONS,
			  KCOV_INDEX_FUNCTION_COLUMNS, &index->functions) &&
	       open_table(index, KCOV_INDEX_SYMBOLS, KCOV_INDEX_AT_SYMBOLS,
			  KCOV_INDEX_SYMBOL_COLUMNS, &index->symbols) &&
	       open_table(index, KCOV_INDEX_NAMES, KCOV_INDEX_AT_SYMBOLS, KCOV_INDEX_NAME_COLUMNS,
			  &index->names) &&
	       open_table(index, KCOV_INDEX_FILE_COUNTS, KCOV_INDEX_AT_FILE_COUNTS,
			  KCOV_INDEX_FILE_COUNT_COLUMNS, &index->file_counts) &&
	       open_table(index, KCOV_INDEX_FOLDS, KCOV_INDEX_AT_FOLDS, KCOV_INDEX_FOLD_COLUMNS,
			  &index->folds);
}

/* end is that of the file. */
static int open_columns(struct kcov_index *index, const uint8_t *end)
{
	const uint8_t *strings = index->tables[KCOV_INDEX_STRINGS].at;
	const size_t n_strings = index->tables[KCOV_INDEX_STRINGS].n;

	/* No table ends behind the last, so that all can be read as if there were more. */
	if ((size_t)(end - strings) - n_strings < KCOV_COLUMNS_PADDING)
		return -EBADMSG;
	index->spans = kcov_index_span_columns(index->n_scopes,
					       kcov_load_u32(index->at + KCOV_INDEX_AT_SYMBOLS));
	index->function_counts =
		kcov_index_function_count_columns((uint32_t)(words(index, KCOV_INDEX_FILES) / 2));
	return open_all_tables(index) ? 0 : -EBADMSG;
}

int kcov_index_open(const void *memory, size_t size, struct kcov_index *ret)
{
	struct kcov_index index = { .at = memory };
	const uint8_t *at = memory;

	if (size < KCOV_INDEX_HEADER_SIZE ||
	    memcmp(at, KCOV_INDEX_MAGIC, KCOV_INDEX_MAGIC_SIZE) != 0 ||
	    kcov_load_u32(at + KCOV_INDEX_AT_VERSION) != KCOV_INDEX_VERSION ||
	    kcov_load_u32(at + KCOV_INDEX_AT_SIZE) != size || !sums_are_right(at, size) ||
	    open_tables(at, size, &index) < 0)
		return -EBADMSG;
	index.base = kcov_load_u64(at + KCOV_INDEX_AT_BASE);
	index.start = kcov_load_u64(at + KCOV_INDEX_AT_START);
	index.n_scopes = kcov_load_u32(at + KCOV_INDEX_AT_SCOPES);
	index.n_spans = kcov_load_u32(at + KCOV_INDEX_AT_SPANS);
	index.n_points = kcov_load_u32(at + KCOV_INDEX_AT_POINTS);
	index.n_function_counts = kcov_load_u32(at + KCOV_INDEX_AT_FUNCTION_COUNTS);
	index.machine = (uint16_t)kcov_load_u32(at + KCOV_INDEX_AT_MACHINE);
	index.build = (uint16_t)kcov_load_u32(at + KCOV_INDEX_AT_BUILD);
	index.build_id.n = kcov_load_u32(at + KCOV_INDEX_AT_BUILD_ID_SIZE);
	if (index.build_id.n > KCOV_BUILD_ID_MAX || check_counts(&index) < 0 ||
	    open_columns(&index, at + size) < 0)
		return -EBADMSG;
	memcpy(index.build_id.bytes, at + KCOV_INDEX_AT_BUILD_ID, index.build_id.n);
	*ret = index;
	return 0;
}
