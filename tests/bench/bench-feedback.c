// SPDX-License-Identifier: MIT
/*
 * bench-feedback FILE: the functions of feedback.h over the large buffers of a recording,
 * PCs per second and the ratio to memcpy() of the same buffer in the same run. All memory
 * has been touched before.
 */
#include "loop.h"
#include "records.h"
#include "rounds.h"

#include <string.h>

enum {
	LARGE = 65536,
	N_SLOTS = 1 << 17,
};

static uint64_t scratch[2 * LARGE], out[LARGE], slots[N_SLOTS];
static uint8_t map[MAP_SIZE];
static struct kcov_signal signals;

static size_t run_memcpy(const uint64_t *pcs, size_t count)
{
	memcpy(out, pcs, count * sizeof(*pcs));
	return out[count - 1];
}

static size_t run_edges(const uint64_t *pcs, size_t count)
{
	kcov_edges(pcs, count, out);
	return out[count - 1];
}

static size_t run_bitmap(const uint64_t *pcs, size_t count)
{
	return (size_t)kcov_bitmap_add(pcs, count, MAP_SIZE, map);
}

static size_t run_unique(const uint64_t *pcs, size_t count)
{
	return kcov_unique(pcs, count, scratch, out);
}

static size_t run_unique_sorted(const uint64_t *pcs, size_t count)
{
	return kcov_unique_sorted(pcs, count, scratch, out);
}

/* As in a fuzzer that runs for a while: all is known by now. */
static size_t run_signal(const uint64_t *pcs, size_t count)
{
	size_t n = 0;

	kcov_signal_add(&signals, pcs, count, NULL, &n);
	return n;
}

static const struct {
	const char *name;
	size_t (*run)(const uint64_t *pcs, size_t count);
} functions[] = {
	{ "memcpy", run_memcpy },          { "kcov_edges", run_edges },
	{ "kcov_bitmap_add", run_bitmap }, { "kcov_unique_sorted", run_unique_sorted },
	{ "kcov_unique", run_unique },     { "kcov_signal_add", run_signal },
};

enum {
	N_FUNCTIONS = sizeof(functions) / sizeof(functions[0]),
};

/* The time of one function over all large buffers, each read before. */
static double time_function(int function, const struct records *records, size_t *n_pcs)
{
	const uint64_t *buffer;
	double total = 0;
	size_t at = 0;

	*n_pcs = 0;
	while ((buffer = records_next(records, &at))) {
		double begin;

		if (buffer[0] != LARGE)
			continue;
		use(run_memcpy(buffer + 1, LARGE));
		begin = now_ns();
		use(functions[function].run(buffer + 1, LARGE));
		total += now_ns() - begin;
		*n_pcs += LARGE;
	}
	return total;
}

int main(int argc, char **argv)
{
	static double times[N_FUNCTIONS][ROUNDS];
	struct records records;
	double by_memcpy = 0;
	size_t n_pcs = 0;

	if (argc != 2)
		errx(2, "usage: bench-feedback FILE");
	records = records_read(argv[1]);
	kcov_signal_init(slots, N_SLOTS, &signals);
	for (int round = 0; round < ROUNDS; round++)
		for (int i = 0; i < N_FUNCTIONS; i++)
			times[i][round] = time_function(i, &records, &n_pcs);
	if (!n_pcs)
		errx(1, "%s has no buffer of %d PCs", argv[1], LARGE);
	printf("%-28s %12s %10s\n", "buffers of 65536 PCs", "million PCs/s", "ratio");
	for (int i = 0; i < N_FUNCTIONS; i++) {
		const double middle = median(times[i]);

		if (!i)
			by_memcpy = middle;
		printf("  %-26s %12.0f %10.2f\n", functions[i].name, (double)n_pcs / middle * 1e3,
		       middle / by_memcpy);
	}
	free(records.words);
	return 0;
}
