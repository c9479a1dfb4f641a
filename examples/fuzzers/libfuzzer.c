// SPDX-License-Identifier: MIT
/*
 * clang's libFuzzer on the kernel: what a write to /dev/kcov-sample runs there becomes
 * hit counts of edges in a section that libFuzzer reads besides the counters of
 * instrumented code. This file is not instrumented: the kernel's coverage leads alone.
 *
 *	libfuzzer -runs=N -seed=N -max_len=N …
 *
 * With KCOV_BLIND=1 in the environment there is no coverage, to compare.
 */
#include "sample.h"

#include <kcov/feedback.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer zeroes them before each execution, so they are few. */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t counters[1 << 13];

static struct sample sample;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* On the thread that will run the inputs. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	sample_open(KCOV_SAMPLE_CHAIN, KCOV_MODE_PC, &sample);
	sample_enable(&sample);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned long executions;
	struct kcov_pcs pcs;

	executions++;
	if (sample_cover(&sample, data, size, &pcs)) {
		fprintf(stderr, "libfuzzer: reached the check after %lu executions\n", executions);
		abort();
	}
	kcov_bitmap_add(pcs.pcs, pcs.count, sizeof(counters), counters);
	/* libFuzzer keeps no input, and gives up, where nothing was ever counted. */
	counters[0] = 1;
	return 0;
}
