// SPDX-License-Identifier: MIT
#include "feed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int feed_init(struct feed *feed, size_t words)
{
	if (!feed->held)
		feed->held = calloc(FEED_HELD, words * sizeof(*feed->held));
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

void feed_begin(const struct feed *feed, uint64_t *room, size_t words)
{
	memcpy(room, feed->held, feed->n_held * words * sizeof(*room));
}

static void hold(struct feed *feed, const uint64_t *records, size_t n, size_t words)
{
	memcpy(feed->held, records, n * words * sizeof(*records));
	feed->n_held = n;
}

struct feed_part feed_end(struct feed *feed, const struct noise *noise, bool is_stopped,
			  uint64_t *room, size_t n, size_t words)
{
	struct feed_part part = { .n = feed->n_held + n };
	size_t end = part.n;

	/* The whole way out has to be seen. */
	if (!is_stopped && part.n <= FEED_HELD) {
		hold(feed, room, part.n, words);
		return (struct feed_part){ 0 };
	}
	if (noise && feed->is_behind_stop)
		part.first = noise_head(noise, room, part.n, words);
	if (noise && is_stopped)
		end = part.first +
		      noise_cut_tail(noise, room + part.first * words, part.n - part.first, words);
	else if (!is_stopped)
		end = part.n - NOISE_MAX;
	feed->is_behind_stop = is_stopped;
	hold(feed, room + end * words, is_stopped ? 0 : part.n - end, words);
	part.n = end > part.first ? end - part.first : 0;
	return part;
}
