/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_PAIRS_H
#define KCOV_SYMBOLIZE_PAIRS_H

#include "table.h"

#include <stdint.h>

struct kcov_pair {
	uint32_t first;
	uint32_t second;
};

/* Pairs, each once, in the order in which they came; {} to begin with. */
struct kcov_pairs {
	KCOV_TABLE(struct kcov_pair) all;
	/* A hash table of their numbers. */
	uint32_t *known;
	size_t room;
};

void kcov_pairs_fini(struct kcov_pairs *pairs);

/* The number of a pair, which is added if need be. Returns 0 or -ENOMEM. */
int kcov_pairs_number(struct kcov_pairs *pairs, struct kcov_pair pair, uint32_t *ret);

#endif
