// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <limits.h>
#include <string.h>

static const struct kcov_columns file_columns = { .n = KCOV_INDEX_FILE_COUNT_COLUMNS };
static const struct kcov_columns fold_columns = { .n = KCOV_INDEX_FOLD_COLUMNS };

/* Of so many rows: how many there are from the first-th on, up to room. */
static size_t count_rows(uint32_t n_rows, size_t first, size_t room)
{
	size_t n = first < n_rows ? n_rows - first : 0;

	n = n < room ? n : room;
	return n < INT_MAX ? n : INT_MAX;
}

static int read_file(const struct kcov_index *index, uint32_t i, struct kcov_source_file *ret)
{
	uint32_t row[KCOV_INDEX_FILE_COUNT_COLUMNS];

	kcov_columns_read(&file_columns, &index->file_counts, i, row);
	ret->points = row[KCOV_INDEX_FILE_COUNT_POINTS];
	ret->init_points = row[KCOV_INDEX_FILE_COUNT_INIT_POINTS];
	ret->functions = row[KCOV_INDEX_FILE_COUNT_FUNCTIONS];
	ret->lines = row[KCOV_INDEX_FILE_COUNT_LINES];
	return file_at(index, row[KCOV_INDEX_FILE_COUNT_FILE], &ret->path, &ret->file);
}

int kcov_index_files(const struct kcov_index *index, size_t first, struct kcov_source_file *ret,
		     size_t room)
{
	const size_t n = count_rows(index->file_counts.n_rows, first, room);

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return -ENODATA;
	for (size_t i = 0; i < n; i++)
		if (read_file(index, (uint32_t)(first + i), &ret[i]) < 0)
			return -EBADMSG;
	return (int)n;
}

/* There are as many. Returns 0 or -EBADMSG. */
static int read_function_row(const struct kcov_index *index, uint32_t i, uint32_t *ret)
{
	const uint32_t chunk = i / KCOV_INDEX_CHUNK, before = chunk * KCOV_INDEX_CHUNK;
	struct kcov_columns_block rows;

	if (!open_block(index, &index->function_counts, KCOV_INDEX_FUNCTION_COUNTS,
			word(index, KCOV_INDEX_COUNT_CHUNKS, chunk),
			word(index, KCOV_INDEX_COUNT_CHUNKS, (size_t)chunk + 1),
			least(index->n_function_counts - before, KCOV_INDEX_CHUNK), &rows))
		return -EBADMSG;
	kcov_columns_read(&index->function_counts, &rows, i - before, ret);
	return 0;
}

/* What KCOV records at its first point may be the end of a section: what is before is in it. */
static int set_offset(const struct kcov_index *index, uint32_t pc, struct kcov_function *function)
{
	if (!kcov_index_to_offset(index, index->base + pc - 1, &function->offset))
		return -EBADMSG;
	function->offset++;
	return 0;
}

/* What a function is called by. */
static int set_name(const struct kcov_index *index, const uint32_t *row,
		    struct kcov_function *function)
{
	const uint32_t name = row[KCOV_INDEX_FUNCTION_COUNT_NAME];

	function->name = name ? text_at(index, name - 1) : NULL;
	if (name && !function->name)
		return -EBADMSG;
	return file_at(index, row[KCOV_INDEX_FUNCTION_COUNT_FILE], &function->path,
		       &function->file);
}

static int set_function(const struct kcov_index *index, const uint32_t *row,
			struct kcov_function *function)
{
	function->line = row[KCOV_INDEX_FUNCTION_COUNT_LINE];
	function->points = row[KCOV_INDEX_FUNCTION_COUNT_POINTS];
	function->init_points = row[KCOV_INDEX_FUNCTION_COUNT_INIT_POINTS];
	if (set_name(index, row, function) < 0)
		return -EBADMSG;
	return set_offset(index, row[KCOV_INDEX_FUNCTION_COUNT_PC], function);
}

int kcov_index_functions(const struct kcov_index *index, size_t first, struct kcov_function *ret,
			 size_t room)
{
	const size_t n = count_rows(index->n_function_counts, first, room);
	uint32_t row[KCOV_INDEX_FUNCTION_COUNT_COLUMNS];

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return -ENODATA;
	for (size_t i = 0; i < n; i++) {
		if (read_function_row(index, (uint32_t)(first + i), row) < 0 ||
		    set_function(index, row, &ret[i]) < 0)
			return -EBADMSG;
	}
	return (int)n;
}

/* What a name, which is among the strings, is folded to. Returns 0 or -EBADMSG. */
static int fold(const struct kcov_index *index, const char **name)
{
	uint32_t row[KCOV_INDEX_FOLD_COLUMNS], at;

	if (!*name || !index->folds.n_rows)
		return 0;
	at = (uint32_t)(*name - (const char *)index->tables[KCOV_INDEX_STRINGS].at);
	kcov_columns_read(&fold_columns, &index->folds, kcov_columns_find(&index->folds, at), row);
	if (row[KCOV_INDEX_FOLD_NAME] == at)
		*name = text_at(index, row[KCOV_INDEX_FOLD_FOLDED]);
	return *name ? 0 : -EBADMSG;
}

/* An index has each text once. None comes first. */
static int compare_texts(const char *a, const char *b)
{
	if (a == b)
		return 0;
	if (!a || !b)
		return a ? 1 : -1;
	return strcmp(a, b);
}

static int compare(const struct kcov_function *a, const struct kcov_function *b)
{
	int order = compare_texts(a->file, b->file);

	if (!order)
		order = compare_texts(a->path, b->path);
	return order ? order : compare_texts(a->name, b->name);
}

/* The first row that is not before a function. Returns 0 or -EBADMSG. */
static int find_row(const struct kcov_index *index, const struct kcov_function *function,
		    uint32_t *ret)
{
	uint32_t low = 0, high = index->n_function_counts;
	uint32_t row[KCOV_INDEX_FUNCTION_COUNT_COLUMNS];
	struct kcov_function other;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (read_function_row(index, middle, row) < 0 || set_name(index, row, &other) < 0)
			return -EBADMSG;
		if (compare(&other, function) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return 0;
}

int kcov_index_function(const struct kcov_index *index, const struct kcov_frame *outermost,
			struct kcov_function *ret)
{
	struct kcov_function function = { .name = outermost->function,
					  .path = outermost->path,
					  .file = outermost->file },
			     found;
	uint32_t row;
	bool is_found;
	int n;

	if (index->n_points == KCOV_INDEX_NO_POINTS)
		return -ENODATA;
	if (fold(index, &function.name) < 0 || find_row(index, &function, &row) < 0)
		return -EBADMSG;
	n = kcov_index_functions(index, row, &found, 1);
	if (n < 0)
		return n;
	is_found = n && compare(&found, &function) == 0;
	*ret = is_found ? found : function;
	return is_found;
}
