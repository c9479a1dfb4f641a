/* SPDX-License-Identifier: MIT */
/* The runs of a recording: what they are called, and where kernels lay in them. */
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
	/* Each that there is, once: names of runs, and layouts as kcov_layout_describe() has them.
	 */
	struct recorded_texts names;
	struct recorded_texts layouts;
};

/* Those that query_select() chose. 0, or -1, and why was told. */
int recorded_runs_read(const struct recording *recording, struct recorded_runs *runs);

void recorded_runs_fini(struct recorded_runs *runs);

#endif
