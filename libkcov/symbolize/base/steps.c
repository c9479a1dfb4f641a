// SPDX-License-Identifier: MIT
#include "steps.h"

#include "cleanup.h"
#include "table.h"

#include <errno.h>

int kcov_ranges_add(struct kcov_ranges *ranges, uint64_t low, uint64_t high, uint64_t id)
{
	struct kcov_range *range;

	if (low >= high)
		return 0;
	range = KCOV_TABLE_ADD(ranges);
	if (!range)
		return -ENOMEM;
	*range = (struct kcov_range){ low, high, id };
	return 0;
}

void kcov_ranges_fini(struct kcov_ranges *ranges)
{
	free(ranges->at);
	*ranges = (struct kcov_ranges){};
}

static int range_compare(const void *a, const void *b)
{
	const struct kcov_range *x = a, *y = b;

	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* The ranges that have begun, as a heap with the greatest id on top. */
struct heap {
	const struct kcov_range **at;
	size_t n;
};

static void heap_push(struct heap *heap, const struct kcov_range *range)
{
	size_t i = heap->n++;

	for (; i && heap->at[(i - 1) / 2]->id < range->id; i = (i - 1) / 2)
		heap->at[i] = heap->at[(i - 1) / 2];
	heap->at[i] = range;
}

static void heap_pop(struct heap *heap)
{
	const struct kcov_range *last = heap->at[--heap->n];
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < heap->n && heap->at[child + 1]->id > heap->at[child]->id)
			child++;
		if (child >= heap->n || heap->at[child]->id <= last->id)
			break;
		heap->at[i] = heap->at[child];
		i = child;
	}
	heap->at[i] = last;
}

static void step_add(struct kcov_steps *steps, uint64_t low, uint64_t id)
{
	struct kcov_step *last = steps->n ? &steps->at[steps->n - 1] : NULL;

	if (last && last->low == low) {
		/* Several ranges that begin at one address: the last word counts. */
		steps->n--;
		last = steps->n ? last - 1 : NULL;
	}
	if (id == (last ? last->id : KCOV_STEP_NONE))
		return;
	steps->at[steps->n++] = (struct kcov_step){ low, id };
}

/* Let the ranges end that end up to, and including, an address. */
static void heap_drain(struct heap *heap, uint64_t until, struct kcov_steps *steps)
{
	while (heap->n && heap->at[0]->high <= until) {
		uint64_t end = heap->at[0]->high;

		while (heap->n && heap->at[0]->high <= end)
			heap_pop(heap);
		step_add(steps, end, heap->n ? heap->at[0]->id : KCOV_STEP_NONE);
	}
}

int kcov_steps_init(struct kcov_ranges *ranges, struct kcov_steps *ret)
{
	_cleanup_free_ const struct kcov_range **room = NULL;
	_cleanup_(kcov_steps_fini) struct kcov_steps steps = {};
	struct heap heap = {};

	if (ranges->n) {
		/* Each range adds at most the step where it begins and the one where it ends. */
		steps.at = reallocarray(NULL, ranges->n, 2 * sizeof(*steps.at));
		heap.at = room = reallocarray(NULL, ranges->n, sizeof(*room));
		if (!steps.at || !room)
			return -ENOMEM;
		qsort(ranges->at, ranges->n, sizeof(*ranges->at), range_compare);
	}
	for (size_t i = 0; i < ranges->n; i++) {
		heap_drain(&heap, ranges->at[i].low, &steps);
		heap_push(&heap, &ranges->at[i]);
		step_add(&steps, ranges->at[i].low, heap.at[0]->id);
	}
	heap_drain(&heap, UINT64_MAX, &steps);
	*ret = steps;
	steps.at = NULL;
	return 0;
}

void kcov_steps_fini(struct kcov_steps *steps)
{
	free(steps->at);
	*steps = (struct kcov_steps){};
}

uint64_t kcov_steps_find(const struct kcov_steps *steps, uint64_t address)
{
	size_t n = KCOV_COUNT_UP_TO(steps->at, steps->n, low, address);

	return n ? steps->at[n - 1].id : KCOV_STEP_NONE;
}
