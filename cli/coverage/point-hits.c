// SPDX-License-Identifier: MIT
#include "point-hits.h"

#include "../base/array.h"

#include <errno.h>

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

int point_hits_merge(struct point_hits *hits, const struct point_hits *others)
{
	struct point_hits ret = { 0 };
	size_t i = 0, j = 0;

	if (!array_reserve(&ret, hits->n + others->n))
		return -ENOMEM;
	while (i < hits->n || j < others->n) {
		const bool is_ours = j == others->n ||
				     (i < hits->n && hits->at[i].offset <= others->at[j].offset);
		const struct point_hit *next = is_ours ? &hits->at[i++] : &others->at[j++];
		struct point_hit *last = ret.n ? &ret.at[ret.n - 1] : NULL;

		if (last && last->offset == next->offset)
			last->hits = hits_sum(last->hits, next->hits);
		else
			ret.at[ret.n++] = *next;
	}
	free(hits->at);
	*hits = ret;
	return 0;
}

void point_hits_fini(struct point_hits *hits)
{
	free(hits->at);
	*hits = (struct point_hits){ 0 };
}
