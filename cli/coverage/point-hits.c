// SPDX-License-Identifier: MIT
#include "point-hits.h"

#include <stdlib.h>

static int compare(const void *left, const void *right)
{
	const struct point_hit *a = left, *b = right;

	return (a->offset > b->offset) - (a->offset < b->offset);
}

struct point_hit *point_hits_find(const struct point_hits *hits, uint64_t offset)
{
	const struct point_hit key = { .offset = offset };

	return hits->n ? bsearch(&key, hits->at, hits->n, sizeof(key), compare) : NULL;
}

void point_hits_fini(struct point_hits *hits)
{
	free(hits->at);
	*hits = (struct point_hits){ 0 };
}
