// SPDX-License-Identifier: MIT
/*
 * bench-lookup IMAGE: the bare look-up of all coverage points of an image in random order, with
 * and without their inline chains, against a binary search of an array with as many keys, for the
 * same addresses in the same order; nanoseconds each.
 */
#include "loop.h"
#include "rounds.h"

#include <err.h>
#include <kcov/symbolize.h>
#include <stdio.h>
#include <string.h>

enum {
	/* As a caller has them that collects and then asks. */
	BATCH = 64,
};

struct points {
	/* What is looked up, in random order, and all of them in ascending order. */
	uint64_t *at;
	uint64_t *sorted;
	size_t n;
};

static void read_points(const struct kcov_symbolizer *symbolizer, struct points *points)
{
	uint64_t from = 0;
	int n;

	do {
		points->sorted =
			reallocarray(points->sorted, points->n + 65536, sizeof(*points->sorted));
		if (!points->sorted)
			err(1, "points");
		n = kcov_symbolizer_points(symbolizer, NULL, KCOV_POINT_PC, from,
					   points->sorted + points->n, 65536);
		if (n < 0)
			errx(1, "no coverage points: %s", strerror(-n));
		points->n += (size_t)n;
		from = points->n ? points->sorted[points->n - 1] + 1 : 0;
	} while (n == 65536);
}

/* Always the same disorder. */
static void shuffle(struct points *points)
{
	uint64_t random = 88172645463325252u;

	points->at = reallocarray(NULL, points->n, sizeof(*points->at));
	if (!points->at)
		err(1, "points");
	memcpy(points->at, points->sorted, points->n * sizeof(*points->at));
	for (size_t i = points->n; i > 1; i--) {
		uint64_t other, *last = &points->at[i - 1];

		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		other = points->at[random % i];
		points->at[random % i] = *last;
		*last = other;
	}
}

static size_t search(const struct kcov_symbolizer *symbolizer, const struct points *points)
{
	size_t sum = 0;

	(void)symbolizer;
	for (size_t i = 0; i < points->n; i++) {
		size_t low = 0, high = points->n;

		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (points->sorted[middle] <= points->at[i])
				low = middle + 1;
			else
				high = middle;
		}
		sum += low;
	}
	return sum;
}

static size_t look_up(const struct kcov_symbolizer *symbolizer, const struct points *points,
		      bool with_frames)
{
	struct kcov_location locations[BATCH];
	struct kcov_frame frames[64];
	size_t sum = 0;

	for (size_t i = 0; i < points->n; i += BATCH) {
		const size_t n = points->n - i < BATCH ? points->n - i : BATCH;

		if (kcov_symbolizer_lookup(symbolizer, points->at + i, n, NULL, locations))
			errx(1, "a look-up failed");
		for (size_t j = 0; j < n; j++)
			sum += with_frames ? (size_t)kcov_location_frames(&locations[j], frames, 64)
					   : locations[j].offset;
	}
	return sum;
}

static size_t look_up_only(const struct kcov_symbolizer *symbolizer, const struct points *points)
{
	return look_up(symbolizer, points, false);
}

static size_t look_up_frames(const struct kcov_symbolizer *symbolizer, const struct points *points)
{
	return look_up(symbolizer, points, true);
}

static const struct {
	const char *name;
	size_t (*run)(const struct kcov_symbolizer *symbolizer, const struct points *points);
} ways[] = {
	{ "binary search", search },
	{ "kcov_symbolizer_lookup", look_up_only },
	{ "and kcov_location_frames", look_up_frames },
};

enum {
	N_WAYS = sizeof(ways) / sizeof(ways[0]),
	/* Each takes a quarter of a second. */
	LOOKUP_ROUNDS = 5,
};

int main(int argc, char **argv)
{
	double best[N_WAYS] = { 0 };
	struct kcov_symbolize_error *error = NULL;
	struct kcov_symbolizer *symbolizer;
	struct points points = { 0 };

	if (argc != 2)
		errx(2, "usage: bench-lookup IMAGE");
	if (kcov_symbolizer_open_image(argv[1], &error, &symbolizer))
		errx(1, "%s", kcov_symbolize_error_message(error));
	read_points(symbolizer, &points);
	shuffle(&points);
	for (int round = 0; round < LOOKUP_ROUNDS; round++) {
		for (int i = 0; i < N_WAYS; i++) {
			double begin = now_ns(), took;

			use(ways[i].run(symbolizer, &points));
			took = (now_ns() - begin) / (double)points.n;
			if (!round || took < best[i])
				best[i] = took;
		}
	}
	for (int i = 0; i < N_WAYS; i++)
		printf("  %-34s %8.0f %8.2f\n", ways[i].name, best[i], best[i] / best[0]);
	kcov_symbolizer_close(symbolizer);
	free(points.at);
	free(points.sorted);
	return 0;
}
