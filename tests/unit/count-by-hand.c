// SPDX-License-Identifier: MIT
#include "count-by-hand.h"

#include <err.h>
#include <inttypes.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A point, of which the outermost frame is kept; or a line of any frame, which has no name. */
struct seen {
	const char *path;
	const char *file;
	char *name;
	uint32_t line;
	bool is_init;
	uint64_t offset;
	uint64_t pc;
};

struct list {
	struct seen *at;
	size_t n;
};

struct count {
	const struct kcov_symbolizer *symbolizer;
	/* Where .init.text is; has_init is whether there is any. */
	struct kcov_symbol_range init;
	bool has_init;
	struct list points;
	struct list lines;
	unsigned int n_differences;
};

__attribute__((format(printf, 2, 3))) static void differ(struct count *count, const char *format,
							 ...)
{
	va_list args;

	va_start(args, format);
	if (count->n_differences++ < 20)
		vwarnx(format, args);
	va_end(args);
}

static void *must(void *at)
{
	if (!at)
		err(2, "memory");
	return at;
}

static void add(struct list *list, const struct seen *seen)
{
	if (!(list->n & (list->n - 1)))
		list->at = must(reallocarray(list->at, list->n * 2 + 1, sizeof(*list->at)));
	list->at[list->n++] = *seen;
}

/* As <kcov/symbolize.h> says it, in other words than the library. */
static char *fold(const char *name)
{
	static regex_t suffix, call;
	static bool is_compiled;
	regmatch_t match[3];
	char *folded;

	if (!name)
		return NULL;
	if (!is_compiled &&
	    (regcomp(&suffix, "(\\.(isra|part|constprop|cold|llvm|specialized)(\\.[0-9]+)?)+$",
		     REG_EXTENDED) ||
	     regcomp(&call, "^__(x64|ia32|x32|arm64|se|do)_((compat_)?sys_.+)$", REG_EXTENDED)))
		errx(2, "regcomp");
	is_compiled = true;
	folded = must(strdup(name));
	if (regexec(&suffix, folded, 1, match, 0) == 0 && match[0].rm_so)
		folded[match[0].rm_so] = '\0';
	if (regexec(&call, folded, 3, match, 0) == 0)
		memmove(folded, folded + match[2].rm_so, strlen(folded + match[2].rm_so) + 1);
	return folded;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* None comes first. */
static int compare_texts(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : !!a - !!b;
}

static int compare_files(const struct seen *a, const struct seen *b)
{
	int order = compare_texts(a->file, b->file);

	return order ? order : compare_texts(a->path, b->path);
}

static int compare_functions(const struct seen *a, const struct seen *b)
{
	int order = compare_files(a, b);

	return order ? order : compare_texts(a->name, b->name);
}

/* Those that are not of .init first, each in the order of their addresses. */
static int compare_points(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = compare_functions(a, b);

	if (!order)
		order = a->is_init - b->is_init;
	return order ? order : (a->pc > b->pc) - (a->pc < b->pc);
}

static int compare_lines(const void *left, const void *right)
{
	const struct seen *a = left, *b = right;
	int order = compare_files(a, b);

	return order ? order : (a->line > b->line) - (a->line < b->line);
}

static void find_init(struct count *count)
{
	int n = kcov_symbolizer_symbols(count->symbolizer, NULL, ".init.text", &count->init, 1);

	if (n < 0 || n > 1)
		errx(2, "%d sections .init.text", n);
	count->has_init = n;
}

static void see(struct count *count, uint64_t pc)
{
	const uint64_t before = pc - 1;
	struct seen seen = { .pc = pc };
	struct kcov_image_offset at;
	struct kcov_location location;
	struct kcov_frame frames[64];
	int n;

	if (kcov_symbolizer_lookup(count->symbolizer, &before, 1, NULL, &location) ||
	    kcov_symbolizer_to_offset(count->symbolizer, before, &at))
		errx(2, "0x%" PRIx64 " cannot be looked up", before);
	n = kcov_location_frames(&location, frames, 64);
	if (n < 0 || n > 64)
		errx(2, "0x%" PRIx64 " has %d frames", before, n);
	seen.offset = at.offset + 1;
	seen.is_init = count->has_init && at.offset - count->init.begin.offset < count->init.extent;
	for (int i = 0; i < n; i++) {
		seen.path = frames[i].path;
		seen.file = frames[i].file;
		seen.line = frames[i].line;
		if (!seen.is_init && seen.line && seen.file)
			add(&count->lines, &seen);
	}
	seen.name = n ? fold(frames[n - 1].function) : NULL;
	add(&count->points, &seen);
}

static void see_all(struct count *count)
{
	uint64_t some[1000], from = 0;
	int n;

	do {
		n = kcov_symbolizer_points(count->symbolizer, NULL, KCOV_POINT_PC, from, some,
					   1000);
		if (n < 0)
			errx(2, "no points: %s", strerror(-n));
		for (int i = 0; i < n; i++)
			see(count, some[i]);
		from = n ? some[n - 1] + 1 : 0;
	} while (n == 1000);
}

/* The function that begins with a point, which comes first; *end is behind the last. */
static struct kcov_function sum_function(const struct list *points, size_t begin, size_t *end)
{
	const struct seen *first = &points->at[begin];
	struct kcov_function function = { .name = first->name,
					  .path = first->path,
					  .file = first->file,
					  .offset = first->offset };
	size_t i;

	for (i = begin; i < points->n && compare_functions(first, &points->at[i]) == 0; i++) {
		const struct seen *point = &points->at[i];

		function.points += !point->is_init;
		function.init_points += point->is_init;
		if (point->line && point->is_init == first->is_init &&
		    (!function.line || point->line < function.line))
			function.line = point->line;
	}
	*end = i;
	return function;
}

static bool is_same_function(const struct kcov_function *a, const struct kcov_function *b)
{
	return is_same(a->name, b->name) && is_same(a->path, b->path) &&
	       is_same(a->file, b->file) && a->line == b->line && a->points == b->points &&
	       a->init_points == b->init_points && a->offset == b->offset;
}

static void tell_function(struct count *count, const char *who,
			  const struct kcov_function *function)
{
	differ(count, "%s: %s in %s:%u, %u and %u points, from 0x%" PRIx64, who,
	       function->name ? function->name : "??", function->file ? function->file : "??",
	       function->line, function->points, function->init_points, function->offset);
}

/* Each of its points says so, too. */
static void compare_with_points(struct count *count, const struct kcov_function *function,
				size_t begin, size_t end)
{
	struct kcov_location location;
	struct kcov_function of_point;

	for (size_t i = begin; i < end; i++) {
		const uint64_t before = count->points.at[i].pc - 1;

		if (kcov_symbolizer_lookup(count->symbolizer, &before, 1, NULL, &location) ||
		    kcov_location_function(&location, NULL, &of_point))
			differ(count, "0x%" PRIx64 " is in no function", before);
		else if (!is_same_function(&of_point, function))
			tell_function(count, "kcov_location_function", &of_point);
	}
}

static void compare_all_functions(struct count *count, struct sums *sums)
{
	struct kcov_function theirs;
	size_t end;

	for (size_t i = 0; i < count->points.n; i = end) {
		const struct kcov_function ours = sum_function(&count->points, i, &end);

		if (kcov_symbolizer_functions(count->symbolizer, NULL, sums->all_functions++,
					      &theirs, 1) != 1 ||
		    !is_same_function(&ours, &theirs)) {
			tell_function(count, "by hand", &ours);
			tell_function(count, "kcov_symbolizer_functions", &theirs);
		}
		compare_with_points(count, &ours, i, end);
	}
	if (kcov_symbolizer_functions(count->symbolizer, NULL, sums->all_functions, &theirs, 1))
		tell_function(count, "one more", &theirs);
}

/* What is said of one file by all points and lines from *point and *line on. */
static struct kcov_source_file sum_file(const struct count *count, size_t *point, size_t *line)
{
	const struct list *points = &count->points, *lines = &count->lines;
	const struct seen *first = *point < points->n ? &points->at[*point] : NULL;
	struct kcov_source_file file = {};

	if (!first || (*line < lines->n && compare_files(&lines->at[*line], first) < 0))
		first = &lines->at[*line];
	file.path = first->path;
	file.file = first->file;
	while (*point < points->n && compare_files(&points->at[*point], first) == 0) {
		const struct kcov_function function = sum_function(points, *point, point);

		file.points += function.points;
		file.init_points += function.init_points;
		file.functions += function.points != 0;
	}
	for (; *line < lines->n && compare_files(&lines->at[*line], first) == 0; ++*line)
		file.lines += !*line || compare_lines(&lines->at[*line - 1], &lines->at[*line]);
	return file;
}

static void tell_file(struct count *count, const char *who, const struct kcov_source_file *file)
{
	differ(count, "%s: %s, %u and %u points, %u functions, %u lines", who,
	       file->file ? file->file : "??", file->points, file->init_points, file->functions,
	       file->lines);
}

static void compare_all_files(struct count *count, struct sums *sums)
{
	size_t point = 0, line = 0;
	struct kcov_source_file theirs;

	while (point < count->points.n || line < count->lines.n) {
		const struct kcov_source_file ours = sum_file(count, &point, &line);

		if (kcov_symbolizer_files(count->symbolizer, NULL, sums->files++, &theirs, 1) !=
			    1 ||
		    !is_same(ours.path, theirs.path) || !is_same(ours.file, theirs.file) ||
		    ours.points != theirs.points || ours.init_points != theirs.init_points ||
		    ours.functions != theirs.functions || ours.lines != theirs.lines) {
			tell_file(count, "by hand", &ours);
			tell_file(count, "kcov_symbolizer_files", &theirs);
		}
		sums->functions += ours.functions;
		sums->lines += ours.lines;
		sums->points += ours.points;
		sums->init_points += ours.init_points;
	}
	if (kcov_symbolizer_files(count->symbolizer, NULL, sums->files, &theirs, 1))
		tell_file(count, "one more", &theirs);
}

static void sort(struct list *list, int (*compare)(const void *left, const void *right))
{
	if (list->n)
		qsort(list->at, list->n, sizeof(*list->at), compare);
}

bool count_by_hand(const struct kcov_symbolizer *symbolizer, struct sums *ret)
{
	struct count count = { .symbolizer = symbolizer };
	struct sums sums = {};

	find_init(&count);
	see_all(&count);
	sort(&count.points, compare_points);
	sort(&count.lines, compare_lines);
	compare_all_functions(&count, &sums);
	compare_all_files(&count, &sums);
	if (sums.points + sums.init_points != count.points.n)
		differ(&count, "%zu points of %zu", sums.points + sums.init_points, count.points.n);
	for (size_t i = 0; i < count.points.n; i++)
		free(count.points.at[i].name);
	free(count.points.at);
	free(count.lines.at);
	*ret = sums;
	return !count.n_differences;
}
