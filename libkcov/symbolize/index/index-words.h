/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_WORDS_H
#define KCOV_SYMBOLIZE_INDEX_WORDS_H

#include "../base/bytes.h"
#include "index.h"

#include <errno.h>

/* Reading the tables of an index, for the files that look something up in it. */

/* A word of a table of words; the caller knows that it is there. */
static inline uint32_t word(const struct kcov_index *index, enum kcov_index_table table, size_t i)
{
	return kcov_load_u32(index->tables[table].at + 4 * i);
}

static inline size_t words(const struct kcov_index *index, enum kcov_index_table table)
{
	return index->tables[table].n / 4;
}

/* NULL: there is no such text. */
static inline const char *text_at(const struct kcov_index *index, uint32_t at)
{
	if (at >= index->tables[KCOV_INDEX_STRINGS].n)
		return NULL;
	return (const char *)index->tables[KCOV_INDEX_STRINGS].at + at;
}

/* A file, by its number plus one: one that is not known has neither. Returns 0 or -EBADMSG. */
static inline int file_at(const struct kcov_index *index, uint32_t file, const char **ret_path,
			  const char **ret_file)
{
	size_t i = 2 * ((size_t)file - 1);
	const char *path, *name;
	uint32_t at;

	*ret_path = NULL;
	*ret_file = NULL;
	if (!file)
		return 0;
	if (i + 1 >= words(index, KCOV_INDEX_FILES))
		return -EBADMSG;
	at = word(index, KCOV_INDEX_FILES, i);
	path = text_at(index, at);
	name = text_at(index, at + word(index, KCOV_INDEX_FILES, i + 1));
	if (!path || !name)
		return -EBADMSG;
	__builtin_prefetch(path);
	*ret_path = path;
	*ret_file = name;
	return 0;
}

/* False: there are not so many. */
static inline bool read_symbol(const struct kcov_index *index, uint32_t i, uint32_t *ret)
{
	/* Whose number the compiler knows. */
	static const struct kcov_columns columns = { .n = KCOV_INDEX_SYMBOL_COLUMNS };

	if (i >= index->symbols.n_rows)
		return false;
	kcov_columns_read(&columns, &index->symbols, i, ret);
	return true;
}

static inline uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* From one place in a table to another, if they are there. */
static inline bool open_block(const struct kcov_index *index, const struct kcov_columns *columns,
			      enum kcov_index_table table, uint32_t low, uint32_t high, uint32_t n,
			      struct kcov_columns_block *ret)
{
	return low <= high && high <= index->tables[table].n &&
	       kcov_columns_open(columns, index->tables[table].at + low, high - low, n, ret);
}

/*
 * How many of so many blocks, of two words each, begin up to, and including, each of n offsets.
 */
void kcov_index_find_blocks(const uint8_t *blocks, size_t n_blocks, const uint32_t *offsets,
			    size_t n, size_t *ret);

#endif
