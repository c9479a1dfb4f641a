// SPDX-License-Identifier: MIT
/*
 * The library records what a program gets that uses the interface by hand: for a
 * prefaulted read(-1) the very same sequence of PCs. A timer tick now and then adds
 * some of its own to either (rescheduling, task work), so what is compared is the
 * sequence that most of the rounds gave, and most rounds must have given it.
 */
#include "live.h"
#include "raw.h"

#include <stdbool.h>

enum {
	ROUNDS = 101,
	MAX_PCS = 4096,
};

struct sequence {
	uint64_t pcs[MAX_PCS];
	size_t n;
};

static struct sequence by_hand[ROUNDS], by_library[ROUNDS];

static void keep(struct sequence *sequence, const uint64_t *pcs, size_t n)
{
	assert_true(n > 0 && n <= MAX_PCS);
	memcpy(sequence->pcs, pcs, n * sizeof(*pcs));
	sequence->n = n;
}

static void record_by_hand(void)
{
	uint64_t *area;
	int fd = raw_open(&area);

	raw_or_die(ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC), "KCOV_ENABLE");
	for (int i = 0; i < ROUNDS; i++) {
		__atomic_store_n(&area[0], 0, __ATOMIC_RELAXED);
		if (read(-1, NULL, 0) == 0)
			fail();
		keep(&by_hand[i], area + 1, __atomic_load_n(&area[0], __ATOMIC_RELAXED));
	}
	raw_or_die(ioctl(fd, KCOV_DISABLE, 0), "KCOV_DISABLE");
	munmap(area, RAW_WORDS * sizeof(*area));
	close(fd);
}

static void record_by_library(void)
{
	struct kcov *kcov = live_open();

	assert_kcov_ok(KCOV_CALL_ENABLE, kcov_enable(kcov, KCOV_MODE_PC));
	for (int i = 0; i < ROUNDS; i++) {
		struct kcov_pcs pcs;

		kcov_reset(kcov);
		if (read(-1, NULL, 0) == 0)
			fail();
		assert_kcov_ok(KCOV_CALL_READ, kcov_pcs(kcov, &pcs));
		keep(&by_library[i], pcs.pcs, pcs.count);
	}
	assert_kcov_ok(KCOV_CALL_DISABLE, kcov_disable(kcov));
	kcov_close(kcov);
}

static bool same(const struct sequence *a, const struct sequence *b)
{
	return a->n == b->n && memcmp(a->pcs, b->pcs, a->n * sizeof(a->pcs[0])) == 0;
}

static const struct sequence *most_frequent(const struct sequence *rounds, int *count)
{
	const struct sequence *best = NULL;

	*count = 0;
	for (int i = 0; i < ROUNDS; i++) {
		int n = 0;

		for (int j = 0; j < ROUNDS; j++)
			n += same(&rounds[i], &rounds[j]);
		if (n > *count) {
			*count = n;
			best = &rounds[i];
		}
	}
	return best;
}

static void read_gives_the_same_sequence_by_hand_and_by_library(void **state)
{
	const struct sequence *hand, *library;
	int hand_count, library_count;

	(void)state;
	/* Touched and so mapped before anything is recorded into them. */
	memset(by_hand, 0, sizeof(by_hand));
	memset(by_library, 0, sizeof(by_library));
	record_by_hand();
	record_by_library();
	hand = most_frequent(by_hand, &hand_count);
	library = most_frequent(by_library, &library_count);
	print_message("read(-1): %zu PCs; the same in %d of %d rounds by hand, %d by library\n",
		      hand->n, hand_count, ROUNDS, library_count);
	assert_true(hand_count > ROUNDS / 2);
	assert_true(library_count > ROUNDS / 2);
	assert_true(same(hand, library));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_gives_the_same_sequence_by_hand_and_by_library),
	};

	if (!live_has_kcov())
		return LIVE_SKIP;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
