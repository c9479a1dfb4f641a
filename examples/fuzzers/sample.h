/* SPDX-License-Identifier: MIT */
/* What the fuzzers here have in common: the sample driver as their target. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "../kernel/sample/kcov_sample.h"

#include <kcov/kcov.h>
#include <stdbool.h>

struct sample {
	int fd;
	enum kcov_sample_type type;
	enum kcov_mode mode;
	/* NULL with KCOV_BLIND in the environment: without coverage, to compare. */
	struct kcov *kcov;
};

/* Open both, for packets of one type. */
void sample_open(enum kcov_sample_type type, enum kcov_mode mode, struct sample *ret);

/* From now on this thread's calls are recorded. */
void sample_enable(const struct sample *sample);

/* Have the driver parse a packet with this payload. True if what is planted was reached. */
bool sample_parse(const struct sample *sample, const void *payload, size_t size);

/*
 * The same until two runs in a row recorded as much: what interrupts a run adds to its
 * PCs, and a fuzzer would go after each such trace. No PCs without coverage.
 */
bool sample_cover(const struct sample *sample, const void *payload, size_t size,
		  struct kcov_pcs *ret);

#endif
