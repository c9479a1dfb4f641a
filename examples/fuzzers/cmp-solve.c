// SPDX-License-Identifier: MIT
/*
 * A fuzzer that reads the answer off the comparisons: where an operand of a comparison
 * that the kernel made is found in the input, the other operand is put in its place, and
 * the input is tried again. That passes magic numbers, which no count of PCs leads to.
 *
 *	cmp-solve EXECUTIONS SEED
 *
 * finds the numbers of /dev/kcov-sample, or gives up after that many executions. With
 * KCOV_BLIND=1 in the environment it has no coverage, and replaces random bytes. Exit
 * status: 0 if it found them, 1 if not, 2 if it could not work.
 */
#include "sample.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	INPUT_SIZE = 24,
};

struct input {
	uint8_t bytes[INPUT_SIZE];
};

static void randomize(struct input *input)
{
	for (size_t i = 0; i < INPUT_SIZE; i++)
		input->bytes[i] = (uint8_t)random();
}

static void mutate(struct input *input)
{
	input->bytes[random() % INPUT_SIZE] = (uint8_t)random();
}

static void to_bytes(uint64_t value, size_t size, bool big_endian, uint8_t *ret)
{
	for (size_t i = 0; i < size; i++)
		ret[big_endian ? size - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

/*
 * Replace one operand by the other wherever the input has it. Of all the inputs that
 * come out of one execution, ret becomes a random one; count says how many there were.
 */
static void replace(const struct input *input, const struct kcov_cmp *cmp, uint64_t from,
		    uint64_t to, size_t *count, struct input *ret)
{
	uint8_t old[8], new[8];

	for (int big_endian = 0; big_endian < 2; big_endian++) {
		to_bytes(from, cmp->size, big_endian, old);
		to_bytes(to, cmp->size, big_endian, new);
		for (size_t at = 0; at + cmp->size <= INPUT_SIZE; at++) {
			if (memcmp(input->bytes + at, old, cmp->size))
				continue;
			*count += 1;
			if (random() % (long)*count)
				continue;
			*ret = *input;
			memcpy(ret->bytes + at, new, cmp->size);
		}
	}
}

/* Whether what the kernel compared says how to go on from this input. */
static bool solve(const struct kcov *kcov, struct input *input)
{
	const struct input tried = *input;
	struct kcov_cmps cmps;
	struct kcov_cmp cmp;
	size_t count = 0;
	int e = kcov_cmps(kcov, &cmps);

	for (size_t i = 0; !e && i < cmps.count; i++) {
		e = kcov_cmp_decode(&cmps, i, &cmp);
		if (e || cmp.arg1 == cmp.arg2)
			continue;
		replace(&tried, &cmp, cmp.arg2, cmp.arg1, &count, input);
		/* A constant is none of the input's. */
		if (!cmp.is_const)
			replace(&tried, &cmp, cmp.arg1, cmp.arg2, &count, input);
	}
	if (e)
		errx(2, "cannot read comparisons: %s", kcov_strerror(KCOV_CALL_READ, e));
	return count > 0;
}

int main(int argc, char **argv)
{
	struct sample sample;
	struct input input;

	if (argc != 3)
		errx(2, "usage: cmp-solve EXECUTIONS SEED");
	long budget = atol(argv[1]);
	srandom((unsigned int)atol(argv[2]));
	sample_open(KCOV_SAMPLE_NUMBERS, KCOV_MODE_CMP, &sample);
	sample_enable(&sample);

	randomize(&input);
	for (long i = 1; i <= budget; i++) {
		if (sample.kcov)
			kcov_reset(sample.kcov);
		if (sample_parse(&sample, input.bytes, INPUT_SIZE)) {
			printf("cmp-solve: reached the check after %ld executions\n", i);
			return 0;
		}
		if (!sample.kcov)
			mutate(&input);
		else if (!solve(sample.kcov, &input))
			randomize(&input);
	}
	printf("cmp-solve: gave up after %ld executions\n", budget);
	return 1;
}
