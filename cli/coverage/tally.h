/* SPDX-License-Identifier: MIT */
/* How often each record came: what is left of a run of any length. */
#ifndef KCOVCTL_TALLY_H
#define KCOVCTL_TALLY_H

#include <stddef.h>
#include <stdint.h>

struct tally {
	/* Of a record: 1 to 4. */
	size_t words;
	/* How many different ones there are, which is known after tally_list(); how many came. */
	size_t n;
	uint64_t total;
	/* Open addressing: a record, and how often it came, side by side; 0 times: unused. */
	uint64_t *slots;
	size_t n_slots;
	/* Of one word: those that came last, and how often since then; NULL until there are any. */
	struct tally_recent *recent;
	/* After tally_list(): n records, and how often each came. */
	uint64_t *records;
	uint64_t *hits;
};

/* 0, or -ENOMEM: some of them may have been added. */
int tally_add(struct tally *tally, const uint64_t *records, size_t n);

/* One that came so often, at least once. 0 or -ENOMEM. */
int tally_add_times(struct tally *tally, const uint64_t *record, uint64_t times);

/* Once, when all are added. In no order. 0 or -ENOMEM. */
int tally_list(struct tally *tally);

void tally_fini(struct tally *tally);

#endif
