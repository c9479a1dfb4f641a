// SPDX-License-Identifier: MIT
#include "source-lines.h"

#include "../base/array.h"
#include "../base/hash.h"
#include "point-hits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Copies are a tree: a copy of a function is within the place where it is inlined, and that is
 * within a copy of its caller; copies of real functions are within what tells those apart. Points
 * that did not run need none of it, so that there are as many sites as there is coverage.
 */
struct source_site {
	/* A copy of a real function, or IS_SITE and the number of the site that it is inlined at.
	 */
	uint64_t within;
	const struct source_function *function;
	uint32_t line;
	/* Of a place where something is inlined; 0 of a line. */
	uint32_t column;
	bool is_line;
	/* Of a line: the most that a point of it did in this copy. */
	uint64_t hits;
	/* Of the same hash: its number, and one. */
	size_t next;
};

#define IS_SITE (UINT64_C(1) << 63)

static struct source_file *find_file(const struct source_lines *lines, uint64_t hash,
				     const char *path)
{
	struct source_file *file = map_get(&lines->files_by_path, hash);

	while (file && strcmp(file->path, path) != 0)
		file = file->next;
	return file;
}

static struct source_file *add_file(struct source_lines *lines, uint64_t hash, const char *path,
				    const char *name)
{
	struct source_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->path = strdup(path);
	file->is_wanted = *path && (!lines->is_wanted || lines->is_wanted(lines->context, name));
	file->next = map_get(&lines->files_by_path, hash);
	if (file->path && array_reserve(&lines->files, 1) &&
	    !map_put(&lines->files_by_path, hash, file)) {
		file->rank = lines->files.n;
		lines->files.at[lines->files.n++] = file;
		return file;
	}
	free(file->path);
	free(file);
	return NULL;
}

static struct source_function *find_function(const struct source_lines *lines, uint64_t hash,
					     const struct source_file *file, const char *name)
{
	struct source_function *function = map_get(&lines->functions_by_name, hash);

	while (function && (function->file != file || strcmp(function->name, name) != 0))
		function = function->next;
	return function;
}

static struct source_function *add_function(struct source_lines *lines, uint64_t hash,
					    struct source_file *file, const char *name)
{
	struct source_function *function = calloc(1, sizeof(*function));

	if (!function)
		return NULL;
	function->file = file;
	function->name = strdup(name);
	function->next = map_get(&lines->functions_by_name, hash);
	if (function->name && array_reserve(&lines->functions, 1) &&
	    !map_put(&lines->functions_by_name, hash, function)) {
		lines->functions.at[lines->functions.n++] = function;
		return function;
	}
	free(function->name);
	free(function);
	return NULL;
}

struct source_function *source_lines_function(struct source_lines *lines, const char *path,
					      const char *file, const char *name)
{
	const char *known = path ? path : "", *named = name ? name : "";
	const uint64_t path_hash = hash_text(HASH_EMPTY, known);
	const uint64_t hash = hash_text(path_hash, named);
	struct source_file *in = find_file(lines, path_hash, known);
	struct source_function *function;

	if (!in)
		in = add_file(lines, path_hash, known, file ? file : "");
	if (!in)
		return NULL;
	function = find_function(lines, hash, in, named);
	return function ? function : add_function(lines, hash, in, named);
}

/* Which line it is among all of them. 0 or -ENOMEM. */
static int find_line(struct source_lines *lines, const struct source_file *file, uint32_t line,
		     size_t *ret)
{
	const uint64_t key = (uint64_t)file->rank << 32 | line;
	const uintptr_t known = (uintptr_t)map_get(&lines->lines_by_place, key);

	*ret = known ? known - 1 : lines->lines.n;
	if (known)
		return 0;
	if (!array_reserve(&lines->lines, 1) ||
	    map_put(&lines->lines_by_place, key, (void *)(lines->lines.n + 1)))
		return -ENOMEM;
	lines->lines.at[lines->lines.n++] = (struct source_line){ .file = file, .line = line };
	return 0;
}

static bool is_same_site(const struct source_site *a, const struct source_site *b)
{
	return a->within == b->within && a->function == b->function && a->line == b->line &&
	       a->column == b->column && a->is_line == b->is_line;
}

static uint64_t hash_site(const struct source_site *site)
{
	uint64_t hash = hash_number(HASH_EMPTY, site->within);

	hash = hash_number(hash, (uint64_t)(uintptr_t)site->function);
	hash = hash_number(hash, (uint64_t)site->line << 32 | site->column);
	return hash_number(hash, site->is_line);
}

/* The number of a site, new or not. 0 or -ENOMEM. */
static int find_site(struct source_lines *lines, const struct source_site *of, size_t *ret)
{
	const uint64_t hash = hash_site(of);
	const size_t first = (uintptr_t)map_get(&lines->sites_by_place, hash);

	for (size_t i = first; i; i = lines->sites.at[i - 1].next) {
		*ret = i - 1;
		if (is_same_site(&lines->sites.at[i - 1], of))
			return 0;
	}
	if (!array_reserve(&lines->sites, 1) ||
	    map_put(&lines->sites_by_place, hash, (void *)(lines->sites.n + 1)))
		return -ENOMEM;
	*ret = lines->sites.n++;
	lines->sites.at[*ret] = *of;
	lines->sites.at[*ret].next = first;
	return 0;
}

/* A point that has the line ran so often in a copy. 0 or -ENOMEM. */
static int count_hits(struct source_lines *lines, uint64_t within, const struct source_frame *frame,
		      size_t line, uint64_t hits)
{
	const struct source_site of = {
		.within = within, .function = frame->function, .line = frame->line, .is_line = true
	};
	struct source_line *counted = &lines->lines.at[line];
	struct source_site *site;
	size_t number;

	if (find_site(lines, &of, &number))
		return -ENOMEM;
	site = &lines->sites.at[number];
	if (hits <= site->hits)
		return 0;
	counted->hits = hits_sum(counted->hits, hits - site->hits);
	site->hits = hits;
	return 0;
}

static int count_line(struct source_lines *lines, uint64_t within, const struct source_frame *frame,
		      uint64_t hits)
{
	struct source_function *function = frame->function;
	size_t line;

	if (!frame->line || !function->file->is_wanted)
		return 0;
	if (find_line(lines, function->file, frame->line, &line))
		return -ENOMEM;
	if (!function->line || frame->line < function->line)
		function->line = frame->line;
	return hits ? count_hits(lines, within, frame, line, hits) : 0;
}

/* Whether a line is that of a caller, too, as DWARF has it now and then: it ran once. */
static bool is_repeated(const struct source_frame *frame, const struct source_frame *end)
{
	const struct source_frame *caller = frame + 1;

	while (caller < end &&
	       (caller->function->file != frame->function->file || caller->line != frame->line))
		caller++;
	return caller < end;
}

/* The real function of a copy is what most of its points have. */
static void end_copy(struct source_lines *lines)
{
	if (lines->home)
		lines->home->is_home = true;
	lines->home = NULL;
}

/* Points of a copy come one after the other, mostly. */
static void see_real(struct source_lines *lines, uint64_t copy, struct source_function *function)
{
	if (lines->home && lines->home->copy != copy)
		end_copy(lines);
	if (!lines->home || function->copy != copy)
		function->n_in_copy = 0;
	function->copy = copy;
	function->n_in_copy++;
	if (!lines->home || function->n_in_copy > lines->home->n_in_copy)
		lines->home = function;
}

static void see_functions(struct source_lines *lines, uint64_t copy,
			  const struct source_frame *frames, size_t n)
{
	for (size_t i = 0; i + 1 < n; i++)
		frames[i].function->n_inlined++;
	if (n)
		see_real(lines, copy, frames[n - 1].function);
}

int source_lines_add(struct source_lines *lines, uint64_t copy, const struct source_frame *frames,
		     size_t n, uint64_t hits)
{
	const struct source_frame *end = frames + n;
	uint64_t within = copy;
	int err = 0;

	see_functions(lines, copy, frames, n);
	while (n-- && !err) {
		const struct source_site inlined = { .within = within,
						     .function = frames[n].function,
						     .line = frames[n].line,
						     .column = frames[n].column };
		size_t number = 0;

		err = count_line(lines, within, &frames[n],
				 is_repeated(&frames[n], end) ? 0 : hits);
		if (!err && n && hits)
			err = find_site(lines, &inlined, &number);
		within = IS_SITE | number;
	}
	return err;
}

/* qsort() must not be given NULL. */
static void sort(void *at, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	if (n)
		qsort(at, n, size, compare);
}

static int compare_files(const void *left, const void *right)
{
	const struct source_file *a = *(struct source_file *const *)left;
	const struct source_file *b = *(struct source_file *const *)right;

	return strcmp(a->path, b->path);
}

static int compare_lines(const void *left, const void *right)
{
	const struct source_line *a = left, *b = right;

	if (a->file != b->file)
		return a->file->rank < b->file->rank ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static int compare_functions(const void *left, const void *right)
{
	const struct source_function *a = *(struct source_function *const *)left;
	const struct source_function *b = *(struct source_function *const *)right;

	if (a->file != b->file)
		return a->file->rank < b->file->rank ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void share_out(struct source_lines *lines)
{
	size_t line = 0, function = 0;

	for (size_t i = 0; i < lines->files.n; i++) {
		struct source_file *file = lines->files.at[i];

		file->lines = line;
		while (line < lines->lines.n && lines->lines.at[line].file == file)
			line++;
		file->n_lines = line - file->lines;
		/* Those without a line come first. */
		while (function < lines->functions.n &&
		       lines->functions.at[function]->file == file &&
		       !lines->functions.at[function]->line)
			function++;
		file->functions = function;
		while (function < lines->functions.n && lines->functions.at[function]->file == file)
			function++;
		file->n_functions = function - file->functions;
	}
}

void source_lines_sort(struct source_lines *lines)
{
	sort(lines->files.at, lines->files.n, sizeof(*lines->files.at), compare_files);
	for (size_t i = 0; i < lines->files.n; i++)
		lines->files.at[i]->rank = i;
	sort(lines->lines.at, lines->lines.n, sizeof(*lines->lines.at), compare_lines);
	sort(lines->functions.at, lines->functions.n, sizeof(*lines->functions.at),
	     compare_functions);
	share_out(lines);
}

void source_lines_fini(struct source_lines *lines)
{
	for (size_t i = 0; i < lines->files.n; i++) {
		free(lines->files.at[i]->path);
		free(lines->files.at[i]);
	}
	for (size_t i = 0; i < lines->functions.n; i++) {
		free(lines->functions.at[i]->name);
		free(lines->functions.at[i]);
	}
	free(lines->files.at);
	free(lines->functions.at);
	free(lines->lines.at);
	free(lines->sites.at);
	map_fini(&lines->files_by_path);
	map_fini(&lines->functions_by_name);
	map_fini(&lines->lines_by_place);
	map_fini(&lines->sites_by_place);
}
