/* SPDX-License-Identifier: MIT */
/*
 * What a fuzzer's loop does after each system call, in three ways: with the interface by
 * hand, with libkcov, and with libkcov into AFL's bitmap.
 */
#ifndef KCOV_BENCH_LOOP_H
#define KCOV_BENCH_LOOP_H

#include <kcov/feedback.h>
#include <stdint.h>

enum {
	MAX_PCS = 4096,
	MAP_SIZE = 1 << 16,
};

/* Keeps a result that nobody looks at from being left out. */
static inline void use(uint64_t value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

/* As the kernel's documentation teaches it, and a loop over what is there already. */
static inline size_t take_by_hand(const uint64_t *area, uint64_t *unique)
{
	const uint64_t count = __atomic_load_n(&area[0], __ATOMIC_RELAXED);
	size_t n = 0;

	for (uint64_t i = 0; i < count && i < MAX_PCS; i++) {
		size_t j = 0;

		while (j < n && unique[j] != area[i + 1])
			j++;
		if (j == n)
			unique[n++] = area[i + 1];
	}
	return n;
}

static inline size_t take_by_library(const struct kcov *kcov, uint64_t *scratch, uint64_t *unique)
{
	struct kcov_pcs pcs;

	if (kcov_pcs(kcov, &pcs) || pcs.count > MAX_PCS)
		return 0;
	return kcov_unique(pcs.pcs, pcs.count, scratch, unique);
}

/* AFL clears the map itself. */
static inline size_t take_to_bitmap(const struct kcov *kcov, uint8_t *map)
{
	struct kcov_pcs pcs;

	if (kcov_pcs(kcov, &pcs) || kcov_bitmap_add(pcs.pcs, pcs.count, MAP_SIZE, map))
		return 0;
	return pcs.count;
}

#endif
