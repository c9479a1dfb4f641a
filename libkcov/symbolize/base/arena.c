// SPDX-License-Identifier: MIT
#include "arena.h"

#include "cleanup.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536u

struct kcov_arena_chunk {
	struct kcov_arena_chunk *next;
	size_t size;
	uint64_t data[];
};

void kcov_arena_fini(struct kcov_arena *arena)
{
	while (arena->chunks) {
		struct kcov_arena_chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
	arena->used = 0;
}

static struct kcov_arena_chunk *chunk_add(struct kcov_arena *arena, size_t size)
{
	struct kcov_arena_chunk *chunk;

	if (size > SIZE_MAX / 2)
		return NULL;
	chunk = malloc(sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
	return chunk;
}

void *kcov_arena_alloc(struct kcov_arena *arena, size_t size)
{
	struct kcov_arena_chunk *chunk = arena->chunks;
	size_t at = arena->used;

	if (!chunk || size > chunk->size - at) {
		chunk = chunk_add(arena, size > CHUNK_SIZE ? size : CHUNK_SIZE);
		if (!chunk)
			return NULL;
		at = 0;
	}
	/* Chunks are of a size that rounding cannot pass, but for the last piece of one. */
	arena->used = at + ((size + 7) & ~(size_t)7);
	if (arena->used > chunk->size)
		arena->used = chunk->size;
	return (char *)chunk->data + at;
}

char *kcov_arena_strndup(struct kcov_arena *arena, const char *text, size_t length)
{
	char *copy = kcov_arena_alloc(arena, length + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *kcov_arena_format(struct kcov_arena *arena, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		return NULL;
	}
	return kcov_arena_strndup(arena, text, (size_t)n);
}
