// SPDX-License-Identifier: MIT
/*
 * A fuzzer that reads the answer off the comparisons: where an operand of a comparison
 * that the kernel made is found in the input, the other operand is put in its place, and
 * the input is tried again. That passes magic numbers, which no count of PCs leads to.
 *
 *	cmp-solve [--blind] EXECUTIONS SEED
 *
 * finds the numbers of /dev/kcov-target, or gives up after that many executions. With
 * --blind it has no coverage, and replaces random bytes. Exit status: 0 if it found
 * them, 1 if not, 2 if it could not work.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <kcov/kcov.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Whether the target's check was reached. */
static bool run(int target, const struct input *input)
{
	ssize_t n = write(target, input->bytes, INPUT_SIZE);

	if (n < 0 && errno != EBADMSG)
		err(2, "cannot write to /dev/kcov-target");
	return n < 0;
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

static struct kcov *record(void)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .mode = KCOV_MODE_CMP };
	struct kcov *kcov;
	int e = kcov_open(&opts, &kcov);

	if (e)
		errx(2, "cannot open kcov: %s", kcov_strerror(KCOV_CALL_OPEN, e));
	e = kcov_enable(kcov, KCOV_MODE_CMP);
	if (e)
		errx(2, "cannot record comparisons: %s", kcov_strerror(KCOV_CALL_ENABLE, e));
	return kcov;
}

int main(int argc, char **argv)
{
	bool blind = argc > 1 && strcmp(argv[1], "--blind") == 0;
	struct kcov *kcov = NULL;
	struct input input;
	int target;

	if (argc != 3 + blind)
		errx(2, "usage: cmp-solve [--blind] EXECUTIONS SEED");
	long budget = atol(argv[1 + blind]);
	srandom((unsigned int)atol(argv[2 + blind]));
	target = open("/dev/kcov-target", O_WRONLY);
	if (target < 0)
		err(2, "cannot open /dev/kcov-target");
	if (!blind)
		kcov = record();

	randomize(&input);
	for (long i = 1; i <= budget; i++) {
		if (kcov)
			kcov_reset(kcov);
		if (run(target, &input)) {
			printf("cmp-solve: reached the check after %ld executions\n", i);
			return 0;
		}
		if (blind)
			mutate(&input);
		else if (!solve(kcov, &input))
			randomize(&input);
	}
	printf("cmp-solve: gave up after %ld executions\n", budget);
	return 1;
}
