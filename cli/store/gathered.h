/* SPDX-License-Identifier: MIT */
/* Several recordings as one: in memory, with all that they have, and each run once. */
#ifndef KCOVCTL_GATHERED_H
#define KCOVCTL_GATHERED_H

#include "recording.h"

#include <stddef.h>

struct gathered {
	struct recording recording;
	/* What it is called in messages; NULL: it is one file. */
	char *name;
};

/* To read them. One is opened as it is. 0, or -1, and why was told. */
int gathered_open(const char *const *paths, size_t n, struct gathered *ret);

void gathered_close(struct gathered *gathered);

#endif
