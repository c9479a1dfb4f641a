// SPDX-License-Identifier: MIT
#include "source-functions.h"

#include "../base/hash.h"
#include "header-files.h"

#include <stdlib.h>
#include <string.h>

/* How often functions of one name are inlined that seem to be in headers, and in other files. */
struct name_count {
	const char *name;
	size_t in_headers;
	size_t elsewhere;
};

static struct name_count *find(const struct map *counts, const struct source_function *function)
{
	struct name_count *count = map_get(counts, hash_text(HASH_EMPTY, function->name));

	/* Of another name with that hash nothing is known. */
	return count && strcmp(count->name, function->name) == 0 ? count : NULL;
}

static void count_name(struct map *counts, const struct source_function *function)
{
	const uint64_t hash = hash_text(HASH_EMPTY, function->name);
	struct name_count *count = map_get(counts, hash);
	size_t *n;

	if (!count) {
		count = calloc(1, sizeof(*count));
		if (!count || map_put(counts, hash, count)) {
			free(count);
			return;
		}
		count->name = function->name;
	}
	if (strcmp(count->name, function->name) != 0)
		return;
	n = is_header(function->file->path) ? &count->in_headers : &count->elsewhere;
	*n = function->n_inlined > *n ? function->n_inlined : *n;
}

/* One of a header and one of another file are the same, which is where it is more often. */
static bool is_at_home(const struct map *counts, const struct source_function *function)
{
	const struct name_count *count;

	if (function->is_home || !function->n_inlined)
		return function->is_home;
	count = find(counts, function);
	if (!count)
		return true;
	return is_header(function->file->path) ? function->n_inlined >= count->elsewhere
					       : function->n_inlined > count->in_headers;
}

/* Those that are not at home have no first line from now on. Without memory they keep it. */
static void settle(struct source_lines *lines)
{
	struct map counts = { 0 };
	struct name_count *count;
	size_t at = 0;

	/* The copy that was seen last is over. */
	if (lines->home)
		lines->home->is_home = true;
	for (size_t i = 0; i < lines->functions.n; i++)
		count_name(&counts, lines->functions.at[i]);
	for (size_t i = 0; i < lines->functions.n; i++)
		if (!is_at_home(&counts, lines->functions.at[i]))
			lines->functions.at[i]->line = 0;
	while ((count = map_next(&counts, &at)))
		free(count);
	map_fini(&counts);
}

/*
 * A function goes from its first line to that of the next one: whoever reads lines and functions
 * takes it so, and DWARF now and then has a line of a function elsewhere. It ran as often as its
 * first line, or, if that did not, as the first one that did. Functions that begin on one line, as
 * a macro may define them, share all lines.
 */
static void count_hits(const struct source_lines *lines, const struct source_file *file)
{
	struct source_function *const *functions = lines->functions.at + file->functions;
	const struct source_line *line = lines->lines.at + file->lines, *end = line + file->n_lines;
	uint64_t hits = 0;
	size_t first = 0;

	while (line < end && line->line < functions[0]->line)
		line++;
	for (size_t i = 0; i < file->n_functions; i++) {
		const bool is_last = i + 1 == file->n_functions;

		if (!is_last && functions[i + 1]->line == functions[i]->line)
			continue;
		for (hits = 0; line < end && (is_last || line->line < functions[i + 1]->line);
		     line++)
			if (!hits)
				hits = line->hits;
		while (first <= i)
			functions[first++]->hits = hits;
	}
}

void source_functions_finish(struct source_lines *lines)
{
	settle(lines);
	source_lines_sort(lines);
	for (size_t i = 0; i < lines->files.n; i++)
		if (lines->files.at[i]->n_functions)
			count_hits(lines, lines->files.at[i]);
}
