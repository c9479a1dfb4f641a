// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <errno.h>
#include <string.h>

/* There are as many names as symbols. */
static uint32_t n_symbols(const struct kcov_index *index)
{
	return index->symbols.n_rows;
}

/* The symbol at a place among the names. Returns 0 or -EBADMSG. */
static int symbol_at(const struct kcov_index *index, size_t i, uint32_t *ret, uint32_t *ret_row)
{
	static const struct kcov_columns columns = { .n = KCOV_INDEX_NAME_COLUMNS };

	kcov_columns_read(&columns, &index->names, (uint32_t)i, ret);
	return read_symbol(index, *ret, ret_row) ? 0 : -EBADMSG;
}

/* The name of a symbol by its place among the names; NULL: the index is damaged. */
static const char *name_at(const struct kcov_index *index, size_t i)
{
	uint32_t symbol, row[KCOV_INDEX_SYMBOL_COLUMNS];

	if (symbol_at(index, i, &symbol, row) < 0)
		return NULL;
	return text_at(index, row[KCOV_INDEX_SYMBOL_NAME] - 1);
}

/* The first place among the names that is not before a name. Returns 0 or -EBADMSG. */
static int find_first(const struct kcov_index *index, const char *name, size_t *ret)
{
	size_t low = 0, high = n_symbols(index);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *other = name_at(index, middle);

		if (!other)
			return -EBADMSG;
		if (strcmp(other, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return 0;
}

/* How far it is to what comes behind a symbol: the next one, or the end of its section. */
static int find_extent(const struct kcov_index *index, uint32_t symbol,
		       struct kcov_index_named *named)
{
	uint64_t section_low, section_size, next = UINT64_MAX;
	uint32_t row[KCOV_INDEX_SYMBOL_COLUMNS];
	const char *section;

	if (!kcov_index_section_of(index, named->address, &section, &section_low, &section_size))
		return -EBADMSG;
	for (uint32_t i = symbol + 1; next == UINT64_MAX && read_symbol(index, i, row); i++) {
		const uint64_t other = index->base + row[KCOV_INDEX_SYMBOL_LOW];

		if (other > named->address)
			next = other;
	}
	named->is_last = next - section_low >= section_size;
	named->extent = named->is_last ? section_low + section_size - named->address
				       : next - named->address;
	return 0;
}

int kcov_index_named(const struct kcov_index *index, const char *name, size_t i,
		     struct kcov_index_named *ret)
{
	struct kcov_index_named named;
	uint32_t symbol, row[KCOV_INDEX_SYMBOL_COLUMNS];
	const char *found;
	size_t at;
	int rc = find_first(index, name, &at);

	if (rc < 0 || i >= n_symbols(index) - at)
		return rc;
	rc = symbol_at(index, at + i, &symbol, row);
	found = rc < 0 ? NULL : text_at(index, row[KCOV_INDEX_SYMBOL_NAME] - 1);
	if (!found)
		return -EBADMSG;
	if (strcmp(found, name) != 0)
		return 0;
	named.name = found;
	named.address = index->base + row[KCOV_INDEX_SYMBOL_LOW];
	named.size = row[KCOV_INDEX_SYMBOL_SIZE];
	rc = find_extent(index, symbol, &named);
	if (rc < 0)
		return rc;
	*ret = named;
	return 1;
}
