/* SPDX-License-Identifier: MIT */
/* The runs of several recordings, each once: what they are called, and where kernels lay in them.
 */
#ifndef KCOVCTL_RECORDED_RUNS_H
#define KCOVCTL_RECORDED_RUNS_H

#include "recording.h"

#include <stddef.h>

struct recorded_texts {
	char **at;
	size_t n, room;
};

/* { 0 } to begin with. */
struct recorded_runs {
	struct recorded_texts uuids;
	/* Each that there is, once: names of runs, and layouts as kcov_layout_describe() has them.
	 */
	struct recorded_texts names;
	struct recorded_texts layouts;
};

/*
 * Add the runs that query_select() chose. Those that came already, from another recording, are not
 * chosen any more. 0, or -1, and why was told.
 */
int recorded_runs_add(const struct recording *recording, struct recorded_runs *runs);

void recorded_runs_fini(struct recorded_runs *runs);

#endif
