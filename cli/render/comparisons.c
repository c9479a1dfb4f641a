// SPDX-License-Identifier: MIT
#include "comparisons.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

static int compare_cmps(const void *left, const void *right)
{
	const struct kcov_cmp *a = &((const struct counted_cmp *)left)->cmp;
	const struct kcov_cmp *b = &((const struct counted_cmp *)right)->cmp;

	if (a->ip != b->ip)
		return a->ip < b->ip ? -1 : 1;
	if (a->arg1 != b->arg1)
		return a->arg1 < b->arg1 ? -1 : 1;
	if (a->arg2 != b->arg2)
		return a->arg2 < b->arg2 ? -1 : 1;
	return 0;
}

int comparisons_init(const struct report *report, struct comparisons *ret)
{
	struct comparisons sorted = { 0 };

	sorted.cmps = calloc(report_count(report) + 1, sizeof(*sorted.cmps));
	if (!sorted.cmps)
		return -ENOMEM;
	for (size_t i = 0; i < report_count(report); i++) {
		sorted.cmps[sorted.n].hits = report_hits(report, i);
		sorted.n += report_cmp(report, i, &sorted.cmps[sorted.n].cmp);
	}
	qsort(sorted.cmps, sorted.n, sizeof(*sorted.cmps), compare_cmps);
	*ret = sorted;
	return 0;
}

void comparisons_fini(struct comparisons *comparisons)
{
	free(comparisons->cmps);
}

/* Where an ip begins, or would. */
static size_t lower_bound(const struct comparisons *comparisons, uint64_t ip)
{
	size_t low = 0, high = comparisons->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (comparisons->cmps[middle].cmp.ip < ip)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void comparisons_write(const struct comparisons *comparisons, uint64_t ip, FILE *out)
{
	const struct counted_cmp *all = comparisons->cmps;
	size_t end;

	for (size_t i = lower_bound(comparisons, ip); i < comparisons->n && all[i].cmp.ip == ip;
	     i = end) {
		const struct kcov_cmp *cmp = &all[i].cmp;
		uint64_t hits = 0;

		for (end = i; end < comparisons->n && compare_cmps(&all[i], &all[end]) == 0; end++)
			hits += all[end].hits;
		fprintf(out,
			"%7s %8" PRIu64 "          %u bytes, %s0x%" PRIx64 " with 0x%" PRIx64 "\n",
			"", hits, cmp->size, cmp->is_const ? "constant " : "", cmp->arg1,
			cmp->arg2);
	}
}
