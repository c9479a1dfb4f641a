// SPDX-License-Identifier: MIT
/*
 * bench-user WAY FILE ITERATIONS: a fuzzer's loop without the system call: what the kernel
 * would have put into the buffer is a small recorded one. For counting instructions, of
 * which time is no part; "nothing" only fills the buffer. libkcov's system calls are
 * played by tests/unit/fake.c.
 */
#include "../unit/fake.h"
#include "loop.h"
#include "records.h"

#include <string.h>

static uint64_t scratch[2 * MAX_PCS], unique[MAX_PCS];
static uint8_t map[MAP_SIZE];
static struct kcov *kcov;
/* The buffer, whose owner may write to it. */
static uint64_t *area;

static void do_nothing(const uint64_t *buffer)
{
	memcpy(area, buffer, (1 + buffer[0]) * sizeof(*buffer));
}

static void do_by_hand(const uint64_t *buffer)
{
	__atomic_store_n(&area[0], 0, __ATOMIC_RELAXED);
	do_nothing(buffer);
	use(take_by_hand(area, unique));
}

static void do_by_library(const uint64_t *buffer)
{
	kcov_reset(kcov);
	do_nothing(buffer);
	use(take_by_library(kcov, scratch, unique));
}

static void do_to_bitmap(const uint64_t *buffer)
{
	kcov_reset(kcov);
	do_nothing(buffer);
	use(take_to_bitmap(kcov, map));
}

static const struct {
	const char *name;
	void (*run)(const uint64_t *buffer);
} ways[] = {
	{ "nothing", do_nothing },
	{ "hand", do_by_hand },
	{ "library", do_by_library },
	{ "bitmap", do_to_bitmap },
};

/* The smallest: the cheapest system call. */
static const uint64_t *smallest(const struct records *records)
{
	const uint64_t *buffer, *ret = NULL;
	size_t at = 0;

	while ((buffer = records_next(records, &at)))
		if (buffer[0] && (!ret || buffer[0] < ret[0]))
			ret = buffer;
	if (!ret || ret[0] > MAX_PCS)
		errx(1, "the recording has no small buffer");
	return ret;
}

static void open_fake(void)
{
	const struct fake_kernel kernel = { 0 };
	struct kcov_pcs pcs;

	fake_boot(&kernel);
	if (kcov_open(NULL, &kcov) || kcov_pcs(kcov, &pcs))
		errx(1, "cannot open the fake device");
	area = (uint64_t *)(uintptr_t)pcs.pcs - 1;
}

int main(int argc, char **argv)
{
	struct records records;
	const uint64_t *buffer;

	if (argc != 4)
		errx(2, "usage: bench-user WAY FILE ITERATIONS");
	records = records_read(argv[2]);
	buffer = smallest(&records);
	open_fake();
	for (size_t way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
		for (long i = strcmp(argv[1], ways[way].name) ? 0 : atol(argv[3]); i > 0; i--)
			ways[way].run(buffer);
	free(records.words);
	return kcov_close(kcov) ? 1 : 0;
}
