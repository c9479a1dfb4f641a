/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_ARENA_H
#define KCOV_SYMBOLIZE_ARENA_H

#include <stddef.h>

/* Memory that is taken piece by piece, never moves, and is given back as a whole. */
struct kcov_arena {
	struct kcov_arena_chunk *chunks;
	size_t used;
};

void kcov_arena_fini(struct kcov_arena *arena);

/* Aligned for any pointer or 64-bit integer, not zeroed; NULL: out of memory. */
void *kcov_arena_alloc(struct kcov_arena *arena, size_t size);

/* The first length bytes of text, with a NUL behind them. */
char *kcov_arena_strndup(struct kcov_arena *arena, const char *text, size_t length);

/* A text as printf() makes it. */
__attribute__((format(printf, 2, 3))) char *kcov_arena_format(struct kcov_arena *arena,
							      const char *format, ...);

#endif
