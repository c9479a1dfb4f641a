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

/* That there are as many numbers in one table as another one is said to have things. */
static int check_counts(const struct kcov_index *index)
{
	size_t blocks = (index->n_spans + (uint64_t)KCOV_INDEX_BLOCK - 1) / KCOV_INDEX_BLOCK;
	size_t chunks = (index->n_scopes + (uint64_t)KCOV_INDEX_CHUNK - 1) / KCOV_INDEX_CHUNK;
	size_t points = index->n_points == KCOV_INDEX_NO_POINTS ? 0 : index->n_points;
	size_t n = index->tables[KCOV_INDEX_STRINGS].n;

	if (words(index, KCOV_INDEX_BLOCKS) != 2 * (blocks + 1) ||
	    words(index, KCOV_INDEX_CHUNKS) != chunks + 1 ||
	    words(index, KCOV_INDEX_POINT_BLOCKS) !=
		    2 * ((points + KCOV_INDEX_POINT_BLOCK - 1) / KCOV_INDEX_POINT_BLOCK) ||
	    words(index, KCOV_INDEX_NAMES) != words(index, KCOV_INDEX_SYMBOLS) / 3)
		return -EBADMSG;
	/* So that each text ends in it. */
	return n && index->tables[KCOV_INDEX_STRINGS].at[n - 1] ? -EBADMSG : 0;
}

/* Whether all of a table's columns can be read as if there were more behind. */
static bool is_padded(const struct kcov_index *index, enum kcov_index_table table,
		      const uint8_t *end)
{
	return (size_t)(end - index->tables[table].at) - index->tables[table].n >=
	       KCOV_COLUMNS_PADDING;
}

static int open_columns(struct kcov_index *index, uint32_t n_functions, const uint8_t *end)
{
	static const struct kcov_columns columns = { .n = KCOV_INDEX_FUNCTION_COLUMNS };

	if (!is_padded(index, KCOV_INDEX_SPANS, end) || !is_padded(index, KCOV_INDEX_SCOPES, end) ||
	    !is_padded(index, KCOV_INDEX_FUNCTIONS, end))
		return -EBADMSG;
	index->spans = kcov_index_span_columns(index->n_scopes,
					       (uint32_t)(words(index, KCOV_INDEX_SYMBOLS) / 3));
	if (n_functions && !kcov_columns_open(&columns, index->tables[KCOV_INDEX_FUNCTIONS].at,
					      index->tables[KCOV_INDEX_FUNCTIONS].n, n_functions,
					      &index->functions))
		return -EBADMSG;
	return 0;
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
	index.machine = (uint16_t)kcov_load_u32(at + KCOV_INDEX_AT_MACHINE);
	index.build = (uint16_t)kcov_load_u32(at + KCOV_INDEX_AT_BUILD);
	index.build_id.n = kcov_load_u32(at + KCOV_INDEX_AT_BUILD_ID_SIZE);
	if (index.build_id.n > KCOV_BUILD_ID_MAX || check_counts(&index) < 0 ||
	    open_columns(&index, kcov_load_u32(at + KCOV_INDEX_AT_FUNCTIONS), at + size) < 0)
		return -EBADMSG;
	memcpy(index.build_id.bytes, at + KCOV_INDEX_AT_BUILD_ID, index.build_id.n);
	*ret = index;
	return 0;
}
