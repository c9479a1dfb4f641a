/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_INDEX_WORDS_H
#define KCOV_SYMBOLIZE_INDEX_WORDS_H

#include "../base/bytes.h"
#include "index.h"

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

/*
 * How many of so many blocks, of two words each, begin up to, and including, each of n offsets.
 */
void kcov_index_find_blocks(const uint8_t *blocks, size_t n_blocks, const uint32_t *offsets,
			    size_t n, size_t *ret);

#endif
