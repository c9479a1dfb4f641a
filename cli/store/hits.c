// SPDX-License-Identifier: MIT
#include "hits.h"

#include "../base/array.h"

int hits_make_room(struct hits *hits, uint32_t point)
{
	const size_t i = point / HITS_PER_CHUNK;

	if (i >= hits->n) {
		if (!array_reserve(hits, i + 1 - hits->n))
			return -ENOMEM;
		while (hits->n <= i)
			hits->at[hits->n++] = NULL;
	}
	if (!hits->at[i])
		hits->at[i] = calloc(1, sizeof(*hits->at[i]));
	return hits->at[i] ? 0 : -ENOMEM;
}

int hits_move(struct hits *hits, uint32_t from, uint32_t to)
{
	const size_t i = from / HITS_PER_CHUNK;
	uint64_t n;
	int err;

	if (i >= hits->n || !hits->at[i] || !hits->at[i]->now[from % HITS_PER_CHUNK])
		return 0;
	n = hits->at[i]->now[from % HITS_PER_CHUNK];
	err = hits_add(hits, to, n);
	if (!err)
		hits->at[i]->now[from % HITS_PER_CHUNK] = 0;
	return err;
}

static int write_chunk(struct hits_chunk *chunk, uint32_t first,
		       int (*each)(void *context, uint32_t point, uint64_t before, uint64_t now),
		       void *context)
{
	int err = 0;

	if (!chunk->written)
		chunk->written = calloc(HITS_PER_CHUNK, sizeof(*chunk->written));
	if (!chunk->written)
		return -ENOMEM;
	chunk->is_dirty = false;
	for (uint32_t i = 0; i < HITS_PER_CHUNK; i++) {
		if (chunk->now[i] == chunk->written[i])
			continue;
		err = each(context, first + i, chunk->written[i], chunk->now[i]);
		if (err && err != HITS_LATER)
			return err;
		if (err)
			chunk->is_dirty = true;
		else
			chunk->written[i] = chunk->now[i];
	}
	return 0;
}

int hits_write(struct hits *hits,
	       int (*each)(void *context, uint32_t point, uint64_t before, uint64_t now),
	       void *context)
{
	int err = 0;

	for (size_t i = 0; i < hits->n && !err; i++)
		if (hits->at[i] && hits->at[i]->is_dirty)
			err = write_chunk(hits->at[i], (uint32_t)i * HITS_PER_CHUNK, each, context);
	return err;
}

bool hits_are_new(const struct hits *hits)
{
	for (size_t i = 0; i < hits->n; i++)
		if (hits->at[i] && hits->at[i]->is_dirty)
			return true;
	return false;
}

static int write_all_of(struct hits_chunk *chunk, uint32_t first,
			int (*each)(void *context, uint32_t point, uint64_t hits), void *context)
{
	int err;

	chunk->is_dirty = false;
	for (uint32_t i = 0; i < HITS_PER_CHUNK; i++) {
		err = chunk->now[i] ? each(context, first + i, chunk->now[i]) : 0;
		if (err && err != HITS_LATER)
			return err;
		if (err)
			chunk->is_dirty = true;
	}
	return 0;
}

int hits_write_all(struct hits *hits, int (*each)(void *context, uint32_t point, uint64_t hits),
		   void *context)
{
	int err = 0;

	for (size_t i = 0; i < hits->n && !err; i++)
		if (hits->at[i])
			err = write_all_of(hits->at[i], (uint32_t)i * HITS_PER_CHUNK, each,
					   context);
	return err;
}

static int take_chunk(struct hits_chunk *chunk, uint32_t first,
		      int (*each)(void *context, uint32_t point, uint64_t hits), void *context)
{
	int err = 0;

	chunk->is_dirty = false;
	for (uint32_t i = 0; i < HITS_PER_CHUNK && !err; i++) {
		err = chunk->now[i] ? each(context, first + i, chunk->now[i]) : 0;
		chunk->now[i] = 0;
	}
	return err;
}

int hits_take(struct hits *hits, int (*each)(void *context, uint32_t point, uint64_t hits),
	      void *context)
{
	int err = 0;

	for (size_t i = 0; i < hits->n && !err; i++)
		if (hits->at[i] && hits->at[i]->is_dirty)
			err = take_chunk(hits->at[i], (uint32_t)i * HITS_PER_CHUNK, each, context);
	return err;
}

void hits_fini(struct hits *hits)
{
	for (size_t i = 0; i < hits->n; i++) {
		if (hits->at[i])
			free(hits->at[i]->written);
		free(hits->at[i]);
	}
	free(hits->at);
	*hits = (struct hits){ 0 };
}
