/* SPDX-License-Identifier: MIT */
/*
 * The records of a task as they come, without what it ran because it is traced: the last ones wait
 * until it is known whether a stop comes behind them.
 */
#ifndef KCOVCTL_FEED_H
#define KCOVCTL_FEED_H

#include "noise.h"

#include <stdbool.h>

#define FEED_HELD (2 * NOISE_MAX)

struct feed {
	const struct kcov_record_kind *kind;
	/* FEED_HELD records. */
	uint64_t *held;
	size_t n_held;
	/* What is held begins behind a stop. */
	bool is_behind_stop;
};

/*
 * Records come behind those that are held. In room, which they take n_held + n records of and
 * which begins with those that are held. Returns those that wait no more:
 * n of them, from first on in room.
 */
struct feed_part {
	size_t first;
	size_t n;
};

/* Returns 0 or -ENOMEM. */
int feed_init(struct feed *feed, const struct kcov_record_kind *kind);
void feed_fini(struct feed *feed);

/* Put what is held into room, before n records are written behind it. */
void feed_begin(const struct feed *feed, uint64_t *room);

/* is_stopped: the task came to a ptrace stop behind the last record. noise: NULL: none is known. */
struct feed_part feed_end(struct feed *feed, const struct noise *noise, bool is_stopped,
			  uint64_t *room, size_t n);

#endif
