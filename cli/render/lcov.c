// SPDX-License-Identifier: MIT
#include "lcov.h"

#include "../text/text.h"

#include <ctype.h>

/*
 * Functions are FN and FNDA, and lines are DA. genhtml 1.16 does not read newer records well (FNL,
 * FNA, the line where a function ends), and 2.x ends where functions and lines do not agree: the
 * line of FN has a DA, and a function is hit exactly if a line of it is. There are no branches: a
 * point is a block, and says nothing of edges.
 */

/* Of the name of a function all up to a comma is read, and up to the end of the line. */
static void put_name(const char *name, struct text *out)
{
	if (!*name)
		text_put_char('?', out);
	for (; *name; name++)
		text_put_char(*name == ',' ? ';' : (unsigned char)*name < ' ' ? '?' : *name, out);
}

/* The path without the directory, if that is above it. */
static const char *strip_path(const char *path, const char *strip)
{
	size_t n = strip ? strlen(strip) : 0;

	while (n && strip[n - 1] == '/')
		n--;
	if (!strip || strncmp(path, strip, n) != 0 || path[n] != '/' || !path[n + 1])
		return path;
	return path + n + 1;
}

static void put_path(const char *path, struct text *out)
{
	for (; *path; path++)
		text_put_char((unsigned char)*path < ' ' ? '?' : *path, out);
	text_put_char('\n', out);
}

static void put_test(const char *test, struct text *out)
{
	text_put("TN:", out);
	for (; test && *test; test++)
		text_put_char(isalnum((unsigned char)*test) ? *test : '_', out);
	text_put_char('\n', out);
}

/* A number, and a comma and a name behind it. */
static void put_named(const char *key, uint64_t number, const char *name, struct text *out)
{
	text_put_number(key, number, out);
	text_put_char(',', out);
	put_name(name, out);
	text_put_char('\n', out);
}

static void put_count(const char *key, uint64_t number, struct text *out)
{
	text_put_number(key, number, out);
	text_put_char('\n', out);
}

static void put_functions(const struct source_lines *lines, const struct source_file *file,
			  struct text *out)
{
	struct source_function *const *at = lines->functions.at + file->functions;
	size_t hit = 0;

	for (size_t i = 0; i < file->n_functions; i++)
		put_named("FN:", at[i]->line, at[i]->name, out);
	for (size_t i = 0; i < file->n_functions; i++) {
		put_named("FNDA:", at[i]->hits, at[i]->name, out);
		hit += at[i]->hits > 0;
	}
	put_count("FNF:", file->n_functions, out);
	put_count("FNH:", hit, out);
}

static void put_lines(const struct source_lines *lines, const struct source_file *file,
		      struct text *out)
{
	const struct source_line *at = lines->lines.at + file->lines;
	size_t hit = 0;

	for (size_t i = 0; i < file->n_lines; i++) {
		text_put_number("DA:", at[i].line, out);
		text_put_number(",", at[i].hits, out);
		text_put_char('\n', out);
		hit += at[i].hits > 0;
	}
	put_count("LF:", file->n_lines, out);
	put_count("LH:", hit, out);
}

void lcov_write(const struct source_lines *lines, const char *test, const char *strip, FILE *out)
{
	char buffer[1 << 16];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	for (size_t i = 0; i < lines->files.n; i++) {
		const struct source_file *file = lines->files.at[i];

		if (!file->n_lines)
			continue;
		put_test(test, &text);
		text_put("SF:", &text);
		put_path(strip_path(file->path, strip), &text);
		put_functions(lines, file, &text);
		put_lines(lines, file, &text);
		text_put("end_of_record\n", &text);
	}
	text_flush(&text);
}
