/* SPDX-License-Identifier: MIT */
/* What bench-record wrote: one buffer after the other, the count and so many PCs. */
#ifndef KCOV_BENCH_RECORDS_H
#define KCOV_BENCH_RECORDS_H

#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct records {
	uint64_t *words;
	size_t n_words;
};

static inline struct records records_read(const char *path)
{
	FILE *file = fopen(path, "re");
	struct records records = { 0 };
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0)
		err(1, "%s", path);
	rewind(file);
	records.n_words = (size_t)size / sizeof(*records.words);
	records.words = malloc((size_t)size + 1);
	if (!records.words ||
	    fread(records.words, sizeof(*records.words), records.n_words, file) != records.n_words)
		err(1, "%s", path);
	fclose(file);
	return records;
}

/* The next buffer, as the kernel lays it out, from a position that begins with 0. */
static inline const uint64_t *records_next(const struct records *records, size_t *at)
{
	const uint64_t *buffer = records->words + *at;

	if (*at >= records->n_words || buffer[0] >= records->n_words - *at)
		return NULL;
	*at += 1 + (size_t)buffer[0];
	return buffer;
}

#endif
