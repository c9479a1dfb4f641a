// SPDX-License-Identifier: MIT
/*
 * The second program of the kernel's Documentation/dev-tools/kcov.rst on libkcov: the
 * comparisons of one system call, with their operands.
 */
#include <inttypes.h>
#include <kcov/kcov.h>
#include <stdio.h>
#include <unistd.h>

static int fail(enum kcov_call call, const char *what, int err)
{
	fprintf(stderr, "cmp: cannot %s: %s\n", what, kcov_strerror(call, err));
	return 1;
}

static int print(const struct kcov_cmps *cmps)
{
	for (size_t i = 0; i < cmps->count; i++) {
		struct kcov_cmp cmp;
		int err = kcov_cmp_decode(cmps, i, &cmp);

		if (err)
			return fail(KCOV_CALL_READ, "read the buffer", err);
		printf("ip: 0x%" PRIx64 " arg1: 0x%" PRIx64 ", arg2: 0x%" PRIx64 ", size: %u, %s\n",
		       cmp.ip, cmp.arg1, cmp.arg2, cmp.size, cmp.is_const ? "const" : "non-const");
	}
	return 0;
}

int main(void)
{
	const struct kcov_opts opts = {
		.size = sizeof(opts),
		.capacity = 4096,
		.mode = KCOV_MODE_CMP,
	};
	struct kcov_cmps cmps;
	struct kcov *kcov;
	int err;

	err = kcov_open(&opts, &kcov);
	if (err)
		return fail(KCOV_CALL_OPEN, "open kcov", err);
	err = kcov_enable(kcov, KCOV_MODE_CMP);
	if (err) {
		kcov_close(kcov);
		return fail(KCOV_CALL_ENABLE, "record comparisons", err);
	}

	kcov_reset(kcov);
	if (read(-1, NULL, 0) != -1)
		fputs("cmp: read() takes -1 for a file\n", stderr);
	kcov_cmps(kcov, &cmps);
	kcov_disable(kcov);

	err = print(&cmps);
	kcov_close(kcov);
	return err;
}
