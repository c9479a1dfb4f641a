// SPDX-License-Identifier: MIT
/* The least that recording costs: enable a buffer that nobody reads, and become a command. */
#include <err.h>
#include <kcov/kcov.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	/* What does not fit is dropped, which costs less than storing it: not much. */
	const struct kcov_opts opts = { .size = sizeof(opts), .capacity = 4 << 20 };
	struct kcov *kcov;
	int e = argc > 1 ? kcov_open(&opts, &kcov) : 0;

	if (argc < 2)
		errx(2, "usage: bare-enable CMD...");
	if (e)
		errx(1, "%s", kcov_strerror(KCOV_CALL_OPEN, e));
	e = kcov_enable(kcov, KCOV_MODE_PC);
	if (e)
		errx(1, "%s", kcov_strerror(KCOV_CALL_ENABLE, e));
	execvp(argv[1], argv + 1);
	err(127, "%s", argv[1]);
}
