/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_STEPS_H
#define KCOV_SYMBOLIZE_STEPS_H

#include <stddef.h>
#include <stdint.h>

/* The id of addresses that no range holds. */
#define KCOV_STEP_NONE UINT64_MAX

/* From low up to, not including, high. */
struct kcov_range {
	uint64_t low;
	uint64_t high;
	uint64_t id;
};

/* A growing list of ranges; {} to begin with. */
struct kcov_ranges {
	struct kcov_range *at;
	size_t n;
};

/* Empty ranges are left out. Returns 0 or -ENOMEM. */
int kcov_ranges_add(struct kcov_ranges *ranges, uint64_t low, uint64_t high, uint64_t id);

void kcov_ranges_fini(struct kcov_ranges *ranges);

/* From this address to the next step's, id is what holds the address. */
struct kcov_step {
	uint64_t low;
	uint64_t id;
};

/* Which id holds an address, as a function of the address: sorted, no two steps alike. */
struct kcov_steps {
	struct kcov_step *at;
	size_t n;
};

/*
 * Flatten ranges that may nest and overlap: where several hold an address, the
 * greatest id does. Sorts the ranges. Returns 0 or -ENOMEM.
 */
int kcov_steps_init(struct kcov_ranges *ranges, struct kcov_steps *ret);

void kcov_steps_fini(struct kcov_steps *steps);

/* The id that holds the address, or KCOV_STEP_NONE. */
uint64_t kcov_steps_find(const struct kcov_steps *steps, uint64_t address);

#endif
