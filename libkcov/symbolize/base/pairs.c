// SPDX-License-Identifier: MIT
#include "pairs.h"

#include <errno.h>
#include <stdlib.h>

#define FREE UINT32_MAX

#define FIRST_ROOM 1024u

void kcov_pairs_fini(struct kcov_pairs *pairs)
{
	free(pairs->all.at);
	free(pairs->known);
	*pairs = (struct kcov_pairs){};
}

/* Where its number is in the hash table, or the free slot where it belongs. */
static uint32_t *find(const struct kcov_pairs *pairs, struct kcov_pair pair)
{
	uint64_t both = (uint64_t)pair.second << 32 | pair.first;
	size_t i = (both * 0x9e3779b97f4a7c15 >> 32) & (pairs->room - 1);

	while (pairs->known[i] != FREE && (pairs->all.at[pairs->known[i]].first != pair.first ||
					   pairs->all.at[pairs->known[i]].second != pair.second))
		i = (i + 1) & (pairs->room - 1);
	return &pairs->known[i];
}

static int grow(struct kcov_pairs *pairs)
{
	size_t room = pairs->room ? pairs->room * 2 : FIRST_ROOM;
	uint32_t *known = kcov_table_of_none(room);

	if (!known)
		return -ENOMEM;
	free(pairs->known);
	pairs->known = known;
	pairs->room = room;
	for (uint32_t i = 0; i < pairs->all.n; i++)
		*find(pairs, pairs->all.at[i]) = i;
	return 0;
}

int kcov_pairs_number(struct kcov_pairs *pairs, struct kcov_pair pair, uint32_t *ret)
{
	struct kcov_pair *added;
	uint32_t *slot;

	if (pairs->all.n >= pairs->room / 2 && grow(pairs) < 0)
		return -ENOMEM;
	slot = find(pairs, pair);
	if (*slot == FREE) {
		added = KCOV_TABLE_ADD(&pairs->all);
		if (!added)
			return -ENOMEM;
		*added = pair;
		*slot = (uint32_t)pairs->all.n - 1;
	}
	*ret = *slot;
	return 0;
}
