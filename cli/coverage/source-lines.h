/* SPDX-License-Identifier: MIT */
/*
 * How often each line of the source ran, and which functions are there: coverage as it is for tools
 * that know nothing of coverage points.
 *
 * The compiler makes copies of a function, wherever it is inlined. Of a copy a line ran as often as
 * the point did that did most often, of all that have the line in their inline chains; copies add
 * up.
 */
#ifndef KCOVCTL_SOURCE_LINES_H
#define KCOVCTL_SOURCE_LINES_H

#include "../base/map.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source_file {
	char *path;
	/* False: it is left out. */
	bool is_wanted;
	/* After source_lines_sort(): where its lines and functions begin, and how many they are. */
	size_t lines, n_lines;
	size_t functions, n_functions;
	/* Its place among all of them, by their paths when they are sorted. */
	size_t rank;
	/* Of the same hash. */
	struct source_file *next;
};

struct source_function {
	struct source_file *file;
	char *name;
	/* The first of its lines; 0: none is known. */
	uint32_t line;
	/* Whether most points of a copy of it, as a real function, are in that file. */
	bool is_home;
	/* How many points it is inlined at; how many it has in a copy as the real function. */
	size_t n_inlined;
	size_t n_in_copy;
	uint64_t copy;
	/* After source_functions_finish(): how often it ran, 0 exactly if none of its lines did. */
	uint64_t hits;
	struct source_function *next;
};

struct source_line {
	const struct source_file *file;
	uint32_t line;
	uint64_t hits;
};

/* A line of a copy, or a place where something is inlined into it: see source-lines.c. */
struct source_site;

struct source_lines {
	/* Whether a file is wanted, by its name in the tree; NULL: all are. */
	bool (*is_wanted)(void *context, const char *file);
	void *context;
	struct {
		struct source_file **at;
		size_t n, room;
	} files;
	struct {
		struct source_function **at;
		size_t n, room;
	} functions;
	struct {
		struct source_line *at;
		size_t n, room;
	} lines;
	struct {
		struct source_site *at;
		size_t n, room;
	} sites;
	/* By hashes of what they are; values are places in the arrays, and one. */
	struct map files_by_path;
	struct map functions_by_name;
	struct map lines_by_place;
	struct map sites_by_place;
	/* What has most points of the copy that was seen last; NULL: there was none. */
	struct source_function *home;
};

/* A level of an inline chain. */
struct source_frame {
	struct source_function *function;
	/* 0: not known. */
	uint32_t line;
	uint32_t column;
};

/*
 * The function of that name in a file; path is what the file is known by, file its name in the
 * tree. Both are NULL if that is not known. It stays until source_lines_fini(). NULL: no memory.
 */
struct source_function *source_lines_function(struct source_lines *lines, const char *path,
					      const char *file, const char *name);

/*
 * A coverage point, once: its inline chain, the innermost first, and how often it ran. copy tells
 * copies of the outermost function apart, and is less than 2^63. 0 or -ENOMEM.
 */
int source_lines_add(struct source_lines *lines, uint64_t copy, const struct source_frame *frames,
		     size_t n, uint64_t hits);

/*
 * When all are added: files by path, and in each its lines, and its functions that have a line, by
 * line, then by name.
 */
void source_lines_sort(struct source_lines *lines);

void source_lines_fini(struct source_lines *lines);

#endif
