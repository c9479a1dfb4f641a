// SPDX-License-Identifier: MIT
/*
 * clang's libFuzzer on the kernel: what a write to /dev/kcov-target runs there becomes
 * hit counts of edges in a section that libFuzzer reads besides the counters of
 * instrumented code. This file is not instrumented: the kernel's coverage leads alone.
 *
 *	libfuzzer -runs=N -seed=N -max_len=N …
 *
 * With KCOV_BLIND=1 in the environment there is no coverage, to compare.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <kcov/feedback.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* libFuzzer zeroes them before each execution, so they are few. */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t counters[1 << 13];

static struct kcov *kcov;
static int target;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void record(void)
{
	int e = kcov_open(NULL, &kcov);

	if (e)
		errx(2, "cannot open kcov: %s", kcov_strerror(KCOV_CALL_OPEN, e));
	e = kcov_enable(kcov, KCOV_MODE_PC);
	if (e)
		errx(2, "cannot enable coverage: %s", kcov_strerror(KCOV_CALL_ENABLE, e));
}

/* On the thread that will run the inputs. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	target = open("/dev/kcov-target", O_WRONLY);
	if (target < 0)
		err(2, "cannot open /dev/kcov-target");
	if (!getenv("KCOV_BLIND"))
		record();
	return 0;
}

static void count_edges(void)
{
	struct kcov_pcs pcs;
	int e = kcov_pcs(kcov, &pcs);

	if (e)
		errx(2, "cannot read PCs: %s", kcov_strerror(KCOV_CALL_READ, e));
	kcov_bitmap_add(pcs.pcs, pcs.count, sizeof(counters), counters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned long executions;
	ssize_t n;

	if (kcov)
		kcov_reset(kcov);
	n = write(target, data, size);
	executions++;
	if (n < 0 && errno == EUCLEAN) {
		fprintf(stderr, "libfuzzer: reached the check after %lu executions\n", executions);
		abort();
	}
	/* libFuzzer keeps no input, and gives up, where nothing was ever counted. */
	if (kcov)
		count_edges();
	else
		counters[0] = 1;
	return 0;
}
