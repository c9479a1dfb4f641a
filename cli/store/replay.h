/* SPDX-License-Identifier: MIT */
/* What a recording keeps in order, as it was recorded. */
#ifndef KCOVCTL_REPLAY_H
#define KCOVCTL_REPLAY_H

#include "../coverage/streams.h"
#include "recording.h"

struct replayed_run {
	char *name;
	/* PCs, by task, in the order in which tasks began. */
	struct streams streams;
};

/*
 * The runs that query_select() chose, one by one: all of a run is held. each() returns 0, or
 * something else that ends it. 0, what each() returned, or -1, and why was told: one of them is not
 * kept in order, or it cannot be read.
 */
int replay_runs(const struct recording *recording,
		int (*each)(void *context, const struct replayed_run *run), void *context);

#endif
