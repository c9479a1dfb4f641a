/* SPDX-License-Identifier: MIT */
/* A list of names as people write it: "a, b or c". */
#ifndef KCOVCTL_NAMES_H
#define KCOVCTL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
	/* What is before the last one. */
	const char *word;
	/* What there is no room for is cut. */
	char *room;
	size_t size;
	/* How many there are so far, and how long they are. */
	size_t n;
	size_t length;
};

void names_add(struct names *names, const char *name, bool is_last);

#endif
