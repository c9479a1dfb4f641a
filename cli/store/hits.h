/* SPDX-License-Identifier: MIT */
/* How often each of a recording's points was hit, by a number that each has: 0, 1, 2... */
#ifndef KCOVCTL_HITS_H
#define KCOVCTL_HITS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum {
	/* Calls hit few of them, and each chunk is memory that the kernel has to clear. */
	HITS_PER_CHUNK = 256,
	/* What who writes them returns if one cannot be written yet. */
	HITS_LATER = -1,
};

struct hits_chunk {
	uint64_t now[HITS_PER_CHUNK];
	/* What is written of it; NULL: nothing, or all of it is written each time. */
	uint64_t *written;
	bool is_dirty;
};

struct hits {
	/* NULL: none of these was hit. */
	struct hits_chunk **at;
	size_t n;
	size_t room;
};

/* Room for that point. 0 or -ENOMEM. */
int hits_make_room(struct hits *hits, uint32_t point);

/* 0 or -ENOMEM. */
static inline int hits_add(struct hits *hits, uint32_t point, uint64_t times)
{
	const size_t i = point / HITS_PER_CHUNK;

	if ((i >= hits->n || !hits->at[i]) && hits_make_room(hits, point))
		return -ENOMEM;
	hits->at[i]->now[point % HITS_PER_CHUNK] += times;
	hits->at[i]->is_dirty = true;
	return 0;
}

/*
 * Hand on each that is not written as it is, which then counts as written; before: as what it was
 * written, 0: not at all. 0, -ENOMEM, or what each() returned that was neither 0 nor HITS_LATER.
 */
int hits_write(struct hits *hits,
	       int (*each)(void *context, uint32_t point, uint64_t before, uint64_t now),
	       void *context);

/* What one was hit counts for another one. 0 or -ENOMEM. */
int hits_move(struct hits *hits, uint32_t from, uint32_t to);

/* Whether there is something that is not written as it is. */
bool hits_are_new(const struct hits *hits);

/* The same of all points that were hit. */
int hits_write_all(struct hits *hits, int (*each)(void *context, uint32_t point, uint64_t hits),
		   void *context);

/* The same of points that were hit since the last time, if nothing else writes them. */
int hits_take(struct hits *hits, int (*each)(void *context, uint32_t point, uint64_t hits),
	      void *context);

void hits_fini(struct hits *hits);

#endif
