// SPDX-License-Identifier: MIT
#include "feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int feed_init(struct feed *feed, const struct kcov_record_kind *kind)
{
	feed->kind = kind;
	if (!feed->held)
		feed->held = calloc(FEED_HELD, kind->words * sizeof(*feed->held));
	feed->n_held = 0;
	/* It was attached to in one. */
	feed->is_behind_stop = true;
	return feed->held ? 0 : -ENOMEM;
}

void feed_fini(struct feed *feed)
{
	free(feed->held);
	feed->held = NULL;
}

void feed_begin(const struct feed *feed, uint64_t *room)
{
	memcpy(room, feed->held, feed->n_held * feed->kind->words * sizeof(*room));
}

static void hold(struct feed *feed, const uint64_t *records, size_t n)
{
	memcpy(feed->held, records, n * feed->kind->words * sizeof(*records));
	feed->n_held = n;
}

struct feed_part feed_end(struct feed *feed, const struct noise *noise, bool is_stopped,
			  uint64_t *room, size_t n)
{
	const size_t words = feed->kind->words;
	struct feed_part part = { .n = feed->n_held + n };
	size_t end = part.n;

	/* The whole way out has to be seen. */
	if (!is_stopped && part.n <= FEED_HELD) {
		hold(feed, room, part.n);
		return (struct feed_part){ 0 };
	}
	if (noise && feed->is_behind_stop)
		part.first = noise_head(noise, room, part.n);
	if (noise && is_stopped)
		end = part.first +
		      noise_cut_tail(noise, room + part.first * words, part.n - part.first);
	else if (!is_stopped)
		end = part.n - NOISE_MAX;
	feed->is_behind_stop = is_stopped;
	hold(feed, room + end * words, is_stopped ? 0 : part.n - end);
	part.n = end > part.first ? end - part.first : 0;
	return part;
}
