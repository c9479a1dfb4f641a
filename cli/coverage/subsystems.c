// SPDX-License-Identifier: MIT
#include "subsystems.h"

#include "../base/array.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_REGEX = 256,
	MAX_PLUS = 4,
};

static uint64_t hash(const char *text, size_t n)
{
	uint64_t ret = 0xcbf29ce484222325;

	/* FNV-1a. */
	for (size_t i = 0; i < n; i++)
		ret = (ret ^ (unsigned char)text[i]) * 0x100000001b3;
	return ret;
}

static uint64_t pairs_of(const char *text, size_t n)
{
	uint64_t ret = 0;

	for (size_t i = 1; i < n; i++)
		ret |= UINT64_C(1)
		       << (((unsigned char)text[i - 1] * 7 ^ (unsigned char)text[i]) % 64);
	return ret;
}

/* pairs: of the path. */
static bool has_needle(const char *path, uint64_t pairs, const struct subsystem_needle *needle)
{
	return !needle->n ||
	       (!(needle->pairs & ~pairs) && memmem(path, strlen(path), needle->at, needle->n));
}

/* Wildcards, and what is within brackets, are not spelled out. */
static size_t spelled_out(const char *pattern)
{
	size_t n = 0;

	for (; *pattern; pattern++) {
		const char *end = *pattern == '[' ? strchr(pattern, ']') : NULL;

		if (end)
			pattern = end;
		else
			n += !strchr("*?", *pattern);
	}
	return n;
}

/* How much of a pattern is the path of a directory, or all of it if it has no wildcards. */
static size_t begin_length(const struct subsystem_pattern *pattern)
{
	size_t n = pattern->is_glob ? strcspn(pattern->text, "*?[") : strlen(pattern->text);

	while (pattern->is_glob && n && pattern->text[n - 1] != '/')
		n--;
	return pattern->is_glob && n ? n - 1 : n;
}

/* What is behind "[...]"; "]" as the first one is one of them. */
static const char *bracket_end(const char *at)
{
	at += at[1] == '!' || at[1] == '^' ? 2 : 1;
	at += *at == ']';
	at += strcspn(at, "]");
	return *at ? at + 1 : at;
}

/*
 * The longest text without wildcards behind the directories that it begins with: a path in which it
 * is not needs no fnmatch(), which takes longer than all else.
 */
static void find_glob_needle(struct subsystem_pattern *pattern)
{
	const char *at = pattern->text + begin_length(pattern);

	while (*at) {
		const size_t n = strcspn(at, "*?[");

		if (n > pattern->needle.n)
			pattern->needle = (struct subsystem_needle){ .at = at, .n = n };
		at += n;
		at = *at == '[' ? bracket_end(at) : at + (*at != '\0');
	}
	pattern->needle.pairs = pairs_of(pattern->needle.at, pattern->needle.n);
}

/* NULL: no memory. */
static struct subsystem_pattern *new_pattern(char *text, size_t section)
{
	struct subsystem_pattern *ret = malloc(sizeof(*ret));
	const bool is_glob = strpbrk(text, "*?[");
	const size_t n = strlen(text);

	if (!ret)
		return NULL;
	*ret = (struct subsystem_pattern){ .text = text,
					   .is_dir = n && text[n - 1] == '/',
					   .is_glob = is_glob,
					   .length = is_glob ? spelled_out(text) : n,
					   .section = section };
	if (ret->is_dir)
		text[n - 1] = '\0';
	if (is_glob)
		find_glob_needle(ret);
	return ret;
}

static int add_file(struct subsystems *subsystems, char *text)
{
	struct subsystem_pattern *pattern;
	uint64_t key;

	if (!array_reserve(&subsystems->files, 1))
		return -ENOMEM;
	pattern = new_pattern(text, subsystems->titles.n - 1);
	if (!pattern)
		return -ENOMEM;
	subsystems->files.at[subsystems->files.n++] = pattern;
	key = hash(text, begin_length(pattern));
	pattern->next = map_get(&subsystems->by_begin, key);
	return map_put(&subsystems->by_begin, key, pattern);
}

static int add_excluded(struct subsystems *subsystems, char *text)
{
	struct subsystem_pattern *pattern;

	if (!array_reserve(&subsystems->excluded, 1))
		return -ENOMEM;
	pattern = new_pattern(text, subsystems->titles.n - 1);
	if (!pattern)
		return -ENOMEM;
	subsystems->excluded.at[subsystems->excluded.n++] = pattern;
	return 0;
}

/* Behind a character, what makes it one that need not be there. */
static bool is_optional(const char *next)
{
	return *next == '*' || *next == '?' || *next == '{';
}

/* The longest text that is in all that an expression without alternatives matches. */
static void find_needle(struct subsystem_regex *regex)
{
	const char *begin = regex->text, *at = regex->text;

	while (*at) {
		const bool is_plain = !strchr(".*+?^$[](){}|\\", *at);

		if (is_plain && !is_optional(at + 1)) {
			at++;
			if ((size_t)(at - begin) > regex->length) {
				regex->needle.at = begin;
				regex->length = (size_t)(at - begin);
			}
			continue;
		}
		if (*at == '[') {
			/* "]" as the first one is one of them. */
			at += at[1] == '^' ? 2 : 1;
			at += *at == ']';
			at += strcspn(at, "]");
		} else if (*at == '\\' && at[1]) {
			at++;
		}
		at += *at != '\0';
		begin = at;
	}
	regex->needle.n = strpbrk(regex->text, "|()") ? 0 : regex->length;
	regex->needle.pairs = pairs_of(regex->needle.at, regex->needle.n);
}

static int add_name(struct subsystems *subsystems, const char *text)
{
	struct subsystem_regex *regex;

	if (!array_reserve(&subsystems->names, 1))
		return -ENOMEM;
	regex = &subsystems->names.at[subsystems->names.n++];
	*regex = (struct subsystem_regex){ .text = text, .section = subsystems->titles.n - 1 };
	find_needle(regex);
	return 0;
}

static int add_title(struct subsystems *subsystems, const char *title)
{
	if (!array_reserve(&subsystems->titles, 1))
		return -ENOMEM;
	subsystems->titles.at[subsystems->titles.n++] = title;
	return 0;
}

/* "F:	mm/": what stands behind a tag and spaces. NULL: it is no such line. */
static char *value_of(char *line)
{
	if (!isupper((unsigned char)line[0]) || line[1] != ':' || !strchr("\t ", line[2]))
		return NULL;
	line += 2;
	return line + strspn(line, " \t");
}

/* title: the last line that is no tag, NULL once it has become a section. */
static int take_line(struct subsystems *subsystems, char *line, const char **title)
{
	char *value = value_of(line);
	int err = 0;

	if (!value) {
		if (*line && !isspace((unsigned char)*line))
			*title = line;
		return 0;
	}
	if (*title) {
		err = add_title(subsystems, *title);
		*title = NULL;
	}
	if (err || !subsystems->titles.n || !*value)
		return err;
	switch (line[0]) {
	case 'F':
		return add_file(subsystems, value);
	case 'X':
		return add_excluded(subsystems, value);
	case 'N':
		return add_name(subsystems, value);
	}
	return 0;
}

static int compare_names(const void *left, const void *right)
{
	const struct subsystem_regex *a = left, *b = right;

	if (a->length != b->length)
		return a->length > b->length ? -1 : 1;
	return a->section < b->section ? -1 : a->section > b->section;
}

static int parse(struct subsystems *subsystems)
{
	const char *title = NULL;
	int err = 0;

	for (char *next, *line = strtok_r(subsystems->text, "\r\n", &next); line && !err;
	     line = strtok_r(NULL, "\r\n", &next)) {
		size_t n = strlen(line);

		while (n && isspace((unsigned char)line[n - 1]))
			line[--n] = '\0';
		err = take_line(subsystems, line, &title);
	}
	if (subsystems->names.n)
		qsort(subsystems->names.at, subsystems->names.n, sizeof(*subsystems->names.at),
		      compare_names);
	return err;
}

int subsystems_parse(const char *text, size_t size, struct subsystems *ret)
{
	struct subsystems subsystems = { .text = strndup(text, size) };
	int err = subsystems.text ? parse(&subsystems) : -ENOMEM;

	if (err)
		subsystems_fini(&subsystems);
	else
		*ret = subsystems;
	return err;
}

/* How often a character comes in a text. */
static size_t count(const char *text, char c)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

/* As many directories of a path as a pattern has; false: it has fewer, or they are too long. */
static bool cut(const char *path, size_t slashes, char *ret, size_t size)
{
	size_t n = 0;

	while (path[n] && (path[n] != '/' || slashes--))
		n++;
	if (path[n] != '/' || n >= size)
		return false;
	memcpy(ret, path, n);
	ret[n] = '\0';
	return true;
}

static bool is_glob_match(const struct subsystem_pattern *pattern, const char *path, uint64_t pairs)
{
	/* "**" is for slashes, too. */
	const int flags = FNM_NOESCAPE | (strstr(pattern->text, "**") ? 0 : FNM_PATHNAME);
	char dir[4096];

	if (!has_needle(path, pairs, &pattern->needle))
		return false;
	if (!pattern->is_dir)
		return fnmatch(pattern->text, path, flags) == 0;
	return cut(path, count(pattern->text, '/'), dir, sizeof(dir)) &&
	       fnmatch(pattern->text, dir, flags) == 0;
}

/* What has no slash at its end may be a directory all the same. */
static bool is_match(const struct subsystem_pattern *pattern, const char *path, uint64_t pairs)
{
	const size_t n = strlen(pattern->text);

	if (pattern->is_glob)
		return is_glob_match(pattern, path, pairs);
	return strncmp(path, pattern->text, n) == 0 &&
	       (path[n] == '/' || (!path[n] && !pattern->is_dir));
}

static bool is_excluded(const struct subsystems *subsystems, size_t section, const char *path,
			uint64_t pairs)
{
	for (size_t i = 0; i < subsystems->excluded.n; i++)
		if (subsystems->excluded.at[i]->section == section &&
		    is_match(subsystems->excluded.at[i], path, pairs))
			return true;
	return false;
}

/* The section that says most so far. */
struct best {
	bool is_there;
	size_t length;
	/* Whether it is of files and not of all that is in a directory. */
	bool is_of_files;
	size_t section;
};

/* Of those that say as much: the one of files, and then the first. */
static bool is_better(const struct best *best, size_t length, bool is_of_files, size_t section)
{
	if (!best->is_there || length != best->length)
		return !best->is_there || length > best->length;
	if (is_of_files != best->is_of_files)
		return is_of_files;
	return section < best->section;
}

static void try_begin(const struct subsystems *subsystems, const char *path, size_t n,
		      uint64_t pairs, struct best *best)
{
	const struct subsystem_pattern *pattern = map_get(&subsystems->by_begin, hash(path, n));

	for (; pattern; pattern = pattern->next) {
		if (!is_better(best, pattern->length, !pattern->is_dir, pattern->section) ||
		    !is_match(pattern, path, pairs) ||
		    is_excluded(subsystems, pattern->section, path, pairs))
			continue;
		*best = (struct best){ .is_there = true,
				       .length = pattern->length,
				       .is_of_files = !pattern->is_dir,
				       .section = pattern->section };
	}
}

/*
 * Perl's, of which those of POSIX are most: what these would take for something else is left out,
 * and so is what could take memory without end: numbers of repetitions, many "+", each of which
 * doubles what stands before it, and what is long.
 */
static bool is_understood(const char *text)
{
	if (strchr(text, '{') || count(text, '+') > MAX_PLUS || strlen(text) > MAX_REGEX)
		return false;
	for (; (text = strchr(text, '\\')); text += 2)
		if (!text[1] || (isalnum((unsigned char)text[1]) && !strchr("bBwWsS", text[1])))
			return false;
	return true;
}

static bool is_regex_match(struct subsystem_regex *regex, const char *path, uint64_t pairs)
{
	if (!has_needle(path, pairs, &regex->needle))
		return false;
	if (regex->state == REGEX_NEW)
		regex->state = is_understood(regex->text) && regcomp(&regex->regex, regex->text,
								     REG_EXTENDED | REG_NOSUB) == 0
				       ? REGEX_COMPILED
				       : REGEX_INVALID;
	return regex->state == REGEX_COMPILED && regexec(&regex->regex, path, 0, NULL, 0) == 0;
}

static void try_names(struct subsystems *subsystems, const char *path, uint64_t pairs,
		      struct best *best)
{
	for (size_t i = 0; i < subsystems->names.n; i++) {
		struct subsystem_regex *regex = &subsystems->names.at[i];

		if (best->is_there && regex->length <= best->length)
			return;
		if (!is_regex_match(regex, path, pairs) ||
		    is_excluded(subsystems, regex->section, path, pairs))
			continue;
		*best = (struct best){ .is_there = true,
				       .length = regex->length,
				       .section = regex->section };
		return;
	}
}

/* Of the first n characters of a path, how many are the directory that they are in. */
static size_t directory_length(const char *path, size_t n)
{
	const char *slash = memrchr(path, '/', n);

	return slash ? (size_t)(slash - path) : 0;
}

const char *subsystems_of(struct subsystems *subsystems, const char *path)
{
	struct best best = { 0 };
	size_t n = strlen(path);
	const uint64_t pairs = pairs_of(path, n);

	/*
	 * All of it, then each directory, and at last wildcards at the very beginning: what says
	 * most is found first as a rule, and what says less need not be matched then.
	 */
	for (; n; n = directory_length(path, n))
		try_begin(subsystems, path, n, pairs, &best);
	try_begin(subsystems, path, 0, pairs, &best);
	try_names(subsystems, path, pairs, &best);
	return best.is_there ? subsystems->titles.at[best.section] : NULL;
}

void subsystems_fini(struct subsystems *subsystems)
{
	for (size_t i = 0; i < subsystems->files.n; i++)
		free(subsystems->files.at[i]);
	for (size_t i = 0; i < subsystems->excluded.n; i++)
		free(subsystems->excluded.at[i]);
	for (size_t i = 0; i < subsystems->names.n; i++)
		if (subsystems->names.at[i].state == REGEX_COMPILED)
			regfree(&subsystems->names.at[i].regex);
	free(subsystems->files.at);
	free(subsystems->excluded.at);
	free(subsystems->names.at);
	free(subsystems->titles.at);
	free(subsystems->text);
	map_fini(&subsystems->by_begin);
	*subsystems = (struct subsystems){ 0 };
}
