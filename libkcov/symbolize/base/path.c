// SPDX-License-Identifier: MIT
#include "path.h"

#include "arena.h"

#include <stdbool.h>
#include <string.h>

/* Drop the last component of an output of that length; returns the length then. */
static size_t pop(const char *path, size_t length)
{
	while (length && path[length - 1] != '/')
		length--;
	return length ? length - 1 : 0;
}

static bool is_dots(const char *component, size_t n)
{
	return n == 2 && memcmp(component, "..", 2) == 0;
}

/* Whether the last component is one that ".." can take away. */
static bool can_pop(const char *path, size_t length, bool absolute)
{
	size_t start = length;

	while (start && path[start - 1] != '/')
		start--;
	return length ? !is_dots(path + start, length - start) : absolute;
}

void kcov_path_normalise(char *path)
{
	bool absolute = *path == '/';
	const char *text = path;
	size_t length = 0;

	/* What is written never overtakes what is read. */
	while (*text) {
		size_t n = strcspn(text, "/");
		const char *next = text + n + (text[n] == '/');

		if (is_dots(text, n) && can_pop(path, length, absolute)) {
			length = pop(path, length);
		} else if (n && !(n == 1 && *text == '.')) {
			if (length || absolute)
				path[length++] = '/';
			memmove(path + length, text, n);
			length += n;
		}
		text = next;
	}
	if (!length)
		path[length++] = absolute ? '/' : '.';
	path[length] = '\0';
}

/* Append a component, unless there is none, to a path that ends there; returns its end then. */
static char *append(char *end, const char *component)
{
	size_t n = component ? strlen(component) : 0;

	if (!n)
		return end;
	memcpy(end, component, n);
	end[n] = '/';
	return end + n + 1;
}

char *kcov_path_resolve(struct kcov_arena *arena, const char *base, const char *directory,
			const char *name)
{
	const char *below = *name == '/' ? NULL : directory;
	const char *top = *name == '/' || (below && *below == '/') ? NULL : base;
	char *path =
		kcov_arena_alloc(arena, (top ? strlen(top) + 1 : 0) +
						(below ? strlen(below) + 1 : 0) + strlen(name) + 2);

	if (!path)
		return NULL;
	strcpy(append(append(path, top), below), name);
	kcov_path_normalise(path);
	return path;
}

const char *kcov_path_below(const char *path, const char *directory)
{
	size_t n = directory ? strlen(directory) : 0;

	if (!n || strncmp(path, directory, n) != 0)
		return NULL;
	if (directory[n - 1] != '/') {
		if (path[n] != '/')
			return NULL;
		n++;
	}
	return path[n] ? path + n : NULL;
}

const char *kcov_path_shorten(const char *path, const char *build, const char *source)
{
	const char *below_build = kcov_path_below(path, build);
	const char *below_source = kcov_path_below(path, source);

	/* The one may lie in the other: both are ends of path, and the shorter is right. */
	if (below_build && below_source)
		return below_build > below_source ? below_build : below_source;
	if (below_source)
		return below_source;
	return below_build ? below_build : path;
}
