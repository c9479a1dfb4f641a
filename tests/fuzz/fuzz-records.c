// SPDX-License-Identifier: MIT
/* The decoders of both kinds of buffer, over any bytes. */
#include <kcov/kcov.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode_pcs(const uint64_t *area, size_t words)
{
	struct kcov_pcs pcs;
	uint64_t sum = 0;

	if (kcov_pcs_decode(area, words, &pcs))
		return;
	for (size_t i = 0; i < pcs.count; i++)
		sum += pcs.pcs[i];
	__asm__ volatile("" : : "r"(sum));
	if (pcs.full != (pcs.count == words - 1))
		abort();
}

static void decode_cmps(const uint64_t *area, size_t words)
{
	struct kcov_cmps cmps;
	struct kcov_cmp cmp;

	if (kcov_cmps_decode(area, words, &cmps))
		return;
	for (size_t i = 0; i < cmps.count; i++)
		if (!kcov_cmp_decode(&cmps, i, &cmp) && (!cmp.size || cmp.size > 8))
			abort();
	if (!kcov_cmp_decode(&cmps, cmps.count, &cmp))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t words = size / sizeof(uint64_t);
	/* A block of its own, so that the sanitizer sees the first byte too far. */
	uint64_t *area = malloc(words * sizeof(*area));

	if (!area)
		return 0;
	memcpy(area, data, words * sizeof(*area));
	/* Counts are mostly absurd then; small ones are tried as well. */
	for (int small = 0; words && small < 2; small++) {
		if (small)
			area[0] &= 0xff;
		decode_pcs(area, words);
		decode_cmps(area, words);
	}
	free(area);
	return 0;
}
