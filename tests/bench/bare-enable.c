// SPDX-License-Identifier: MIT
/* The least that recording costs: enable a buffer that nobody reads, and become a command. */
#include <err.h>
#include <kcov/kcov.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct kcov_opts opts = { .size = sizeof(opts) };
	struct kcov *kcov;
	int e;

	if (argc < 3)
		errx(2, "usage: bare-enable CAPACITY CMD...");
	/* What does not fit is dropped, which costs less than storing it. */
	opts.capacity = strtoul(argv[1], NULL, 10);
	e = kcov_open(&opts, &kcov);
	if (e)
		errx(1, "%s", kcov_strerror(KCOV_CALL_OPEN, e));
	e = kcov_enable(kcov, KCOV_MODE_PC);
	if (e)
		errx(1, "%s", kcov_strerror(KCOV_CALL_ENABLE, e));
	execvp(argv[2], argv + 2);
	err(127, "%s", argv[2]);
}
