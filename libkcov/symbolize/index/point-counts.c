// SPDX-License-Identifier: MIT
#include "point-counts.h"

#include "../base/cleanup.h"
#include "../image/sections.h"

#include <errno.h>
#include <string.h>

/* Lines that are remembered as the bits of one number. */
#define LINES_TOGETHER 64u

/* The outermost frame: its name before it is folded. */
struct outermost {
	uint32_t name;
	uint32_t file;
	uint32_t line;
};

struct counting {
	const struct kcov_flat *flat;
	const struct kcov_folds *folds;
	/* What holds the point that was come to, unless it is before the first span. */
	size_t next_span;
	const struct kcov_flat_span *span;
	const struct kcov_flat_text *text;
	bool is_init;
	/* By number: the name and the file of each function, and what is counted of it. */
	struct kcov_pairs names;
	KCOV_TABLE(struct kcov_function_count) functions;
	/* The last one that was looked for, since most neighbours are of one; if there is any. */
	struct outermost last;
	uint32_t last_function;
	/* By number: the file and the first of some lines, and which of them there are. */
	struct kcov_pairs places;
	KCOV_TABLE(uint64_t) lines;
	/* By scope: whether the lines of its call, and of all above, have been counted. */
	bool *is_known;
};

static void counting_fini(struct counting *counting)
{
	kcov_pairs_fini(&counting->names);
	free(counting->functions.at);
	kcov_pairs_fini(&counting->places);
	free(counting->lines.at);
	free(counting->is_known);
}

void kcov_point_counts_fini(struct kcov_point_counts *counts)
{
	free(counts->files.at);
	free(counts->functions.at);
}

/* To the section of an address, as a look-up finds it. */
static void find_text(struct counting *counting, uint32_t address)
{
	const struct kcov_flat *flat = counting->flat;
	const struct kcov_flat_text *text = counting->text;

	if (text && address >= text->low && address < text->high)
		return;
	counting->text = NULL;
	counting->is_init = false;
	for (size_t i = 0; i < flat->text.n && !counting->text; i++) {
		text = &flat->text.at[i];
		if (address < text->low || address >= text->high)
			continue;
		counting->text = text;
		counting->is_init =
			kcov_section_is_init((const char *)flat->strings.at + text->name);
	}
}

/* To the span that holds an address; they come in ascending order. */
static void find_span(struct counting *counting, uint32_t address)
{
	const struct kcov_flat *flat = counting->flat;

	while (counting->next_span < flat->spans.n &&
	       flat->spans.at[counting->next_span].low <= address)
		counting->span = &flat->spans.at[counting->next_span++];
}

static int add_line(struct counting *counting, uint32_t file, uint32_t line)
{
	const struct kcov_pair place = { file, line / LINES_TOGETHER };
	uint64_t *added;
	uint32_t number;

	/* A line of no file is none. */
	if (file == KCOV_FLAT_NONE || !line)
		return 0;
	if (kcov_pairs_number(&counting->places, place, &number) < 0)
		return -ENOMEM;
	if (number == counting->lines.n) {
		added = KCOV_TABLE_ADD(&counting->lines);
		if (!added)
			return -ENOMEM;
		*added = 0;
	}
	counting->lines.at[number] |= UINT64_C(1) << line % LINES_TOGETHER;
	return 0;
}

/* Those of all frames of a span. */
static int add_lines(struct counting *counting, const struct kcov_flat_span *span)
{
	const struct kcov_flat_scope *scopes = counting->flat->scopes.at;
	uint32_t scope = span->scope;
	int rc = add_line(counting, span->file, span->line);

	while (rc == 0 && scope != KCOV_FLAT_NONE && !counting->is_known[scope]) {
		counting->is_known[scope] = true;
		if (scopes[scope].parent != KCOV_FLAT_NONE)
			rc = add_line(counting, scopes[scope].call_file, scopes[scope].call_line);
		scope = scopes[scope].parent;
	}
	return rc;
}

static struct outermost find_outermost(const struct kcov_flat *flat,
				       const struct kcov_flat_span *span)
{
	struct outermost frame = { KCOV_FLAT_NONE, KCOV_FLAT_NONE, 0 };
	uint32_t scope;

	if (!span)
		return frame;
	frame.file = span->file;
	frame.line = span->line;
	for (scope = span->scope;
	     scope != KCOV_FLAT_NONE && flat->scopes.at[scope].parent != KCOV_FLAT_NONE;
	     scope = flat->scopes.at[scope].parent) {
		frame.file = flat->scopes.at[scope].call_file;
		frame.line = flat->scopes.at[scope].call_line;
	}
	if (scope != KCOV_FLAT_NONE)
		frame.name = flat->scopes.at[scope].name;
	if (frame.name == KCOV_FLAT_NONE && span->symbol != KCOV_FLAT_NONE)
		frame.name = flat->symbols.at[span->symbol].name;
	return frame;
}

/* The number of the function of a frame, which is added if need be. Returns 0 or -ENOMEM. */
static int number_function(struct counting *counting, const struct outermost *frame, uint32_t *ret)
{
	const struct kcov_pair pair = { kcov_folds_of(counting->folds, frame->name), frame->file };
	struct kcov_function_count *added;

	if (kcov_pairs_number(&counting->names, pair, ret) < 0)
		return -ENOMEM;
	if (*ret < counting->functions.n)
		return 0;
	added = KCOV_TABLE_ADD(&counting->functions);
	if (!added)
		return -ENOMEM;
	*added = (struct kcov_function_count){ .name = pair.first, .file = pair.second };
	return 0;
}

/* NULL: out of memory. */
static struct kcov_function_count *find_function(struct counting *counting,
						 const struct outermost *frame)
{
	if (!counting->functions.n || frame->name != counting->last.name ||
	    frame->file != counting->last.file) {
		if (number_function(counting, frame, &counting->last_function) < 0)
			return NULL;
		counting->last = *frame;
	}
	return &counting->functions.at[counting->last_function];
}

static void count_in_function(struct kcov_function_count *function, bool is_init, uint32_t pc,
			      uint32_t line)
{
	const bool is_first =
		is_init ? !function->points && !function->init_points : !function->points;

	if (is_first) {
		function->pc = pc;
		function->line = line;
	} else if (line && (!is_init || !function->points) &&
		   (line < function->line || !function->line)) {
		function->line = line;
	}
	if (is_init)
		function->init_points++;
	else
		function->points++;
}

static int count_point(struct counting *counting, uint32_t pc)
{
	struct kcov_function_count *function;
	struct outermost frame;

	find_text(counting, pc - 1);
	find_span(counting, pc - 1);
	frame = find_outermost(counting->flat, counting->span);
	function = find_function(counting, &frame);
	if (!function)
		return -ENOMEM;
	count_in_function(function, counting->is_init, pc, frame.line);
	return counting->span && !counting->is_init ? add_lines(counting, counting->span) : 0;
}

/* What is counted by file, at one more than its number, and at 0 where that is not known. */
static void sum_up(const struct counting *counting, struct kcov_file_count *files)
{
	for (size_t i = 0; i < counting->functions.n; i++) {
		const struct kcov_function_count *function = &counting->functions.at[i];
		struct kcov_file_count *file = &files[function->file + 1];

		file->points += function->points;
		file->init_points += function->init_points;
		file->functions += function->points != 0;
	}
	for (size_t i = 0; i < counting->lines.n; i++)
		files[counting->places.all.at[i].first + 1].lines +=
			(uint32_t)__builtin_popcountll(counting->lines.at[i]);
}

/* None comes first. */
static int compare_none(uint32_t a, uint32_t b)
{
	return (b == KCOV_FLAT_NONE) - (a == KCOV_FLAT_NONE);
}

static int compare_files(const void *a, const void *b, void *context)
{
	const uint32_t x = ((const struct kcov_file_count *)a)->file,
		       y = ((const struct kcov_file_count *)b)->file;
	const struct kcov_flat *flat = context;
	const char *strings = (const char *)flat->strings.at;
	int order = compare_none(x, y);

	if (order || x == y)
		return order;
	order = strcmp(strings + flat->files.at[x].path + flat->files.at[x].skip,
		       strings + flat->files.at[y].path + flat->files.at[y].skip);
	return order ? order
		     : strcmp(strings + flat->files.at[x].path, strings + flat->files.at[y].path);
}

static int list_files(const struct kcov_flat *flat, const struct kcov_file_count *files,
		      struct kcov_point_counts *counts)
{
	for (size_t i = 0; i <= flat->files.n; i++) {
		struct kcov_file_count *added;

		if (!files[i].points && !files[i].init_points && !files[i].lines)
			continue;
		added = KCOV_TABLE_ADD(&counts->files);
		if (!added)
			return -ENOMEM;
		*added = files[i];
		added->file = (uint32_t)i - 1;
	}
	if (counts->files.n)
		qsort_r(counts->files.at, counts->files.n, sizeof(*counts->files.at), compare_files,
			(void *)(uintptr_t)flat);
	return 0;
}

struct function_order {
	const char *strings;
	/* By one more than its number: the place of each file. */
	const uint32_t *places;
};

static int compare_functions(const void *a, const void *b, void *context)
{
	const struct kcov_function_count *x = a, *y = b;
	const struct function_order *by = context;
	const uint32_t left = by->places[x->file + 1], right = by->places[y->file + 1];

	if (left != right)
		return left < right ? -1 : 1;
	if (x->name == KCOV_FLAT_NONE || y->name == KCOV_FLAT_NONE)
		return compare_none(x->name, y->name);
	return strcmp(by->strings + x->name, by->strings + y->name);
}

static int sort_functions(const struct kcov_flat *flat, struct kcov_point_counts *counts)
{
	_cleanup_free_ uint32_t *places = kcov_table_of_none(flat->files.n);
	struct function_order by = { (const char *)flat->strings.at, places };

	if (!places)
		return -ENOMEM;
	for (uint32_t i = 0; i < counts->files.n; i++)
		places[counts->files.at[i].file + 1] = i;
	if (counts->functions.n)
		qsort_r(counts->functions.at, counts->functions.n, sizeof(*counts->functions.at),
			compare_functions, &by);
	return 0;
}

static int count_all(struct counting *counting)
{
	const struct kcov_flat *flat = counting->flat;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < flat->points.n; i++) {
		if (!flat->points.at[i].is_cmp)
			rc = count_point(counting, flat->points.at[i].pc);
	}
	return rc;
}

/* Takes the functions. */
static int put_in_order(struct counting *counting, struct kcov_point_counts *counts)
{
	const struct kcov_flat *flat = counting->flat;
	_cleanup_free_ struct kcov_file_count *files = calloc(flat->files.n + 1, sizeof(*files));

	if (!files)
		return -ENOMEM;
	sum_up(counting, files);
	counts->functions.at = TAKE_PTR(counting->functions.at);
	counts->functions.n = counting->functions.n;
	if (list_files(flat, files, counts) < 0)
		return -ENOMEM;
	return sort_functions(flat, counts);
}

int kcov_point_counts_init(const struct kcov_flat *flat, const struct kcov_folds *folds,
			   struct kcov_point_counts *ret)
{
	_cleanup_(kcov_point_counts_fini) struct kcov_point_counts counts = {};
	_cleanup_(counting_fini) struct counting counting = {
		.flat = flat,
		.folds = folds,
		.is_known = calloc(flat->scopes.n + 1, sizeof(bool)),
	};
	int rc = counting.is_known ? count_all(&counting) : -ENOMEM;

	if (rc == 0)
		rc = put_in_order(&counting, &counts);
	if (rc < 0)
		return rc;
	*ret = counts;
	counts = (struct kcov_point_counts){};
	return 0;
}
