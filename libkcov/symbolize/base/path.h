/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_PATH_H
#define KCOV_SYMBOLIZE_PATH_H

#include <stddef.h>

struct kcov_arena;

/*
 * Rewrite a path of at least one character without "//", "/./" and "x/..", as far as
 * the text tells: no symbolic link is followed. It never gets longer.
 */
void kcov_path_normalise(char *path);

/*
 * The normalised path of name, as seen from directory, as seen from base; each of the two may be
 * NULL. NULL: out of memory.
 */
char *kcov_path_resolve(struct kcov_arena *arena, const char *base, const char *directory,
			const char *name);

/* What follows directory in path, or NULL if path does not lie below it. */
const char *kcov_path_below(const char *path, const char *directory);

/* What is left of path below the build directory or below the source tree; NULL: not known. */
const char *kcov_path_shorten(const char *path, const char *build, const char *source);

#endif
