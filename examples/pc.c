// SPDX-License-Identifier: MIT
/*
 * The first program of the kernel's Documentation/dev-tools/kcov.rst on libkcov: the
 * PCs of one system call. Pipe it into `kcovctl symbolize --return`.
 */
#include <inttypes.h>
#include <kcov/kcov.h>
#include <stdio.h>
#include <unistd.h>

static int fail(enum kcov_call call, const char *what, int err)
{
	fprintf(stderr, "pc: cannot %s: %s\n", what, kcov_strerror(call, err));
	return 1;
}

int main(void)
{
	struct kcov *kcov;
	struct kcov_pcs pcs;
	int err;

	err = kcov_open(NULL, &kcov);
	if (err)
		return fail(KCOV_CALL_OPEN, "open kcov", err);
	err = kcov_enable(kcov, KCOV_MODE_PC);
	if (err) {
		kcov_close(kcov);
		return fail(KCOV_CALL_ENABLE, "enable coverage", err);
	}

	/* Enabling left its own tail in the buffer, and disabling would leave another. */
	kcov_reset(kcov);
	if (read(-1, NULL, 0) != -1)
		fputs("pc: read() takes -1 for a file\n", stderr);
	kcov_pcs(kcov, &pcs);
	/* The view has the count of this moment: what disabling adds is not in it. */
	kcov_disable(kcov);

	for (size_t i = 0; i < pcs.count; i++)
		printf("0x%" PRIx64 "\n", pcs.pcs[i]);
	if (pcs.full)
		fputs("pc: the buffer is full, PCs may be missing\n", stderr);
	kcov_close(kcov);
	return 0;
}
