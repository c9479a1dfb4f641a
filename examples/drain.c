// SPDX-License-Identifier: MIT
/*
 * All PCs of a command's first thread, however many: its parent empties the buffer, which holds
 * 65,536, while it runs, and counts them. As in `example-drain find /proc`.
 */
#include <errno.h>
#include <kcov/kcov.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int fail(enum kcov_call call, const char *what, int err)
{
	fprintf(stderr, "drain: cannot %s: %s\n", what, kcov_strerror(call, err));
	return 1;
}

static int become(struct kcov *kcov, char **argv)
{
	int err = kcov_enable(kcov, KCOV_MODE_PC);

	if (err)
		return fail(KCOV_CALL_ENABLE, "enable coverage", err);
	execvp(argv[0], argv);
	fprintf(stderr, "drain: cannot run %s: %s\n", argv[0], strerror(errno));
	return 127;
}

/* Until the command is over. */
static int count(struct kcov *kcov, struct kcov_drain *drain, pid_t pid, uint64_t *pcs, size_t room)
{
	struct kcov_drained what = { 0 };
	unsigned int doubts = 0;
	bool is_over = false;
	size_t n = 0;
	int err = 0;

	/* Last when it is over, so that nothing is left. */
	while (!err && !is_over) {
		is_over = waitpid(pid, NULL, WNOHANG) == pid;
		err = kcov_drain(kcov, KCOV_MODE_PC, drain, pcs, room, &what);
		n += what.count;
		doubts |= what.doubts;
	}
	if (err)
		return fail(KCOV_CALL_DRAIN, "empty the buffer", err);
	printf("%zu PCs%s\n", n, doubts ? ", and perhaps more" : "");
	return 0;
}

int main(int argc, char **argv)
{
	struct kcov *kcov;
	struct kcov_drain drain;
	uint64_t *pcs;
	size_t room;
	int status = 1, err = kcov_open(NULL, &kcov);
	pid_t pid;

	if (err)
		return fail(KCOV_CALL_OPEN, "open kcov", err);
	/* Before anything records. */
	err = kcov_drain_init(kcov, &drain);
	if (err) {
		kcov_close(kcov);
		return fail(KCOV_CALL_DRAIN, "empty the buffer", err);
	}
	room = kcov_capacity(kcov, KCOV_MODE_PC) + KCOV_DRAIN_SLACK;
	pcs = malloc(room * sizeof(*pcs));
	pid = pcs && argc > 1 ? fork() : -1;
	if (pid == 0)
		_exit(become(kcov, argv + 1));
	if (pid > 0)
		status = count(kcov, &drain, pid, pcs, room);
	else
		fputs("usage: drain CMD...\n", stderr);
	free(pcs);
	kcov_close(kcov);
	return status;
}
