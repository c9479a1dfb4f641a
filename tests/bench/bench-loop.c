// SPDX-License-Identifier: MIT
/*
 * In a kernel with kcov: a fuzzer's loop of reset, getppid(2), take the unique PCs, by
 * hand, with libkcov and into AFL's bitmap; then the pair of enable and disable. Prints
 * medians of interleaved rounds and the ratio to what is done by hand.
 */
#include "../live/raw.h"
#include "loop.h"
#include "rounds.h"

#include <err.h>
#include <sys/syscall.h>

enum {
	ITERATIONS = 300,
	WARM_UP = 20,
	PAIRS = 100,
};

static int fd;
static uint64_t *area;
static struct kcov *kcov;
static uint64_t scratch[2 * MAX_PCS], unique[MAX_PCS];
static uint8_t map[MAP_SIZE];

static void check(enum kcov_call call, int error)
{
	if (error)
		errx(1, "%s", kcov_strerror(call, error));
}

static void enable_by_hand(void)
{
	raw_or_die(ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC), "KCOV_ENABLE");
}

static void disable_by_hand(void)
{
	raw_or_die(ioctl(fd, KCOV_DISABLE, 0), "KCOV_DISABLE");
}

static void enable_by_library(void)
{
	check(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
}

static void disable_by_library(void)
{
	check(KCOV_CALL_DISABLE, kcov_disable(kcov));
}

static void loop_by_hand(void)
{
	__atomic_store_n(&area[0], 0, __ATOMIC_RELAXED);
	syscall(SYS_getppid);
	use(take_by_hand(area, unique));
}

static void loop_by_library(void)
{
	kcov_reset(kcov);
	syscall(SYS_getppid);
	use(take_by_library(kcov, scratch, unique));
}

static void loop_to_bitmap(void)
{
	kcov_reset(kcov);
	syscall(SYS_getppid);
	use(take_to_bitmap(kcov, map));
}

static const struct way {
	const char *name;
	void (*enable)(void);
	void (*disable)(void);
	void (*loop)(void);
} ways[] = {
	{ "by hand", enable_by_hand, disable_by_hand, loop_by_hand },
	{ "libkcov", enable_by_library, disable_by_library, loop_by_library },
	{ "libkcov, bitmap", enable_by_library, disable_by_library, loop_to_bitmap },
};

enum {
	N_WAYS = sizeof(ways) / sizeof(ways[0]),
};

static double time_loop(const struct way *way)
{
	double begin;

	way->enable();
	for (int i = 0; i < WARM_UP; i++)
		way->loop();
	begin = now_ns();
	for (int i = 0; i < ITERATIONS; i++)
		way->loop();
	begin = (now_ns() - begin) / (double)ITERATIONS;
	way->disable();
	return begin;
}

static double time_pair(const struct way *way)
{
	double begin = now_ns();

	for (int i = 0; i < PAIRS; i++) {
		way->enable();
		way->disable();
	}
	return (now_ns() - begin) / (double)PAIRS;
}

static void compare(const char *what, double (*time)(const struct way *way), int n_ways)
{
	static double times[N_WAYS][ROUNDS];
	double by_hand = 0;

	for (int round = 0; round < ROUNDS; round++)
		/* Each comes first as often as the others. */
		for (int i = 0; i < n_ways; i++) {
			const int way = (i + round) % n_ways;

			times[way][round] = time(&ways[way]);
		}
	printf("%-28s %12s %10s\n", what, "ns", "ratio");
	for (int way = 0; way < n_ways; way++) {
		const double middle = median(times[way]);

		if (!way)
			by_hand = middle;
		printf("  %-26s %12.0f %10.3f\n", ways[way].name, middle, middle / by_hand);
	}
}

int main(void)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = RAW_WORDS - 1 };

	fd = raw_open(&area);
	check(KCOV_CALL_OPEN, kcov_open(&opts, &kcov));
	compare("reset, getppid, unique PCs", time_loop, N_WAYS);
	compare("enable and disable", time_pair, 2);
	return kcov_close(kcov) ? 1 : 0;
}
