/* SPDX-License-Identifier: MIT */
/* The comparisons of a report, by place and operands. */
#ifndef KCOVCTL_COMPARISONS_H
#define KCOVCTL_COMPARISONS_H

#include "../coverage/report.h"

#include <stdio.h>

/* How often one came, as far as the report says it of one entry. */
struct counted_cmp {
	struct kcov_cmp cmp;
	uint64_t hits;
};

struct comparisons {
	/* Sorted by ip, then operands; equal ones side by side. */
	struct counted_cmp *cmps;
	size_t n;
};

/* 0 or -errno. */
int comparisons_init(const struct report *report, struct comparisons *ret);

void comparisons_fini(struct comparisons *comparisons);

/* A line for each pair of operands that was seen at an ip, with how often. */
void comparisons_write(const struct comparisons *comparisons, uint64_t ip, FILE *out);

#endif
