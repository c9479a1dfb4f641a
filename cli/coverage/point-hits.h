/* SPDX-License-Identifier: MIT */
/* How often coverage points of an image were hit. */
#ifndef KCOVCTL_POINT_HITS_H
#define KCOVCTL_POINT_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct point_hit {
	/* As struct kcov_image_offset has it, but of what KCOV records, which is behind the call.
	 */
	uint64_t offset;
	uint64_t hits;
	/* Whoever's; false to begin with. */
	bool is_done;
};

struct point_hits {
	/* Offsets ascend. */
	struct point_hit *at;
	size_t n, room;
};

/* Of more than can be counted it is the most that can be. */
static inline uint64_t hits_sum(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* NULL: it was not hit. */
struct point_hit *point_hits_find(const struct point_hits *hits, uint64_t offset);

void point_hits_fini(struct point_hits *hits);

#endif
