// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <errno.h>
#include <string.h>

static uint32_t n_symbols(const struct kcov_index *index)
{
	return (uint32_t)words(index, KCOV_INDEX_NAMES);
}

/* The name of a symbol by its place among the names; NULL: the index is damaged. */
static const char *name_at(const struct kcov_index *index, size_t i)
{
	uint32_t symbol = word(index, KCOV_INDEX_NAMES, i);

	if (symbol >= n_symbols(index))
		return NULL;
	return text_at(index, word(index, KCOV_INDEX_SYMBOLS, 3 * (size_t)symbol + 2));
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
	const uint32_t low = word(index, KCOV_INDEX_SYMBOLS, 3 * (size_t)symbol);
	uint64_t section_low, section_size, next = UINT64_MAX;
	const char *section;

	if (!kcov_index_section_of(index, named->address, &section, &section_low, &section_size))
		return -EBADMSG;
	for (size_t i = (size_t)symbol + 1; i < n_symbols(index) && next == UINT64_MAX; i++) {
		uint32_t other = word(index, KCOV_INDEX_SYMBOLS, 3 * i);

		if (other > low)
			next = index->base + other;
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
	const char *found;
	uint32_t symbol;
	size_t at;
	int rc = find_first(index, name, &at);

	if (rc < 0 || i >= n_symbols(index) - at)
		return rc;
	found = name_at(index, at + i);
	if (!found)
		return -EBADMSG;
	if (strcmp(found, name) != 0)
		return 0;
	symbol = word(index, KCOV_INDEX_NAMES, at + i);
	named.name = found;
	named.address = index->base + word(index, KCOV_INDEX_SYMBOLS, 3 * (size_t)symbol);
	named.size = word(index, KCOV_INDEX_SYMBOLS, 3 * (size_t)symbol + 1);
	rc = find_extent(index, symbol, &named);
	if (rc < 0)
		return rc;
	*ret = named;
	return 1;
}
