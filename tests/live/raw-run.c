// SPDX-License-Identifier: MIT
/*
 * raw-run FILE ARG...: what `kcovctl run -f raw` does, by hand: the PCs of a program's
 * first thread from exec to exit, to standard error.
 */
#include "raw.h"

#include <inttypes.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
	uint64_t *area;
	int fd, status;
	pid_t pid;

	if (argc < 2) {
		fputs("raw-run: which program?\n", stderr);
		return 2;
	}
	fd = raw_open(&area);
	pid = fork();
	raw_or_die(pid < 0, "fork");
	if (pid == 0) {
		raw_or_die(ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC), "KCOV_ENABLE");
		__atomic_store_n(&area[0], 0, __ATOMIC_RELAXED);
		execv(argv[1], argv + 1);
		raw_or_die(1, argv[1]);
	}
	raw_or_die(waitpid(pid, &status, 0) != pid, "waitpid");
	/* Hundreds of thousands of lines, and standard error has no buffer. */
	setvbuf(stderr, NULL, _IOFBF, BUFSIZ);
	for (uint64_t i = 0; i < area[0]; i++)
		fprintf(stderr, "0x%" PRIx64 "\n", area[i + 1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
