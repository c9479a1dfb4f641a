// SPDX-License-Identifier: MIT
/*
 * A fork server: the parent opens and maps one device, each child enables it, does one
 * thing and dies, and the parent reads what the child did. Death frees the device for
 * the next child, so nothing is opened or mapped in the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <kcov/kcov.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
	const char *name;
	void (*run)(void);
};

static void bad_read(void)
{
	if (read(-1, NULL, 0) != -1)
		abort();
}

static void open_nothing(void)
{
	open("/does/not/exist", O_RDONLY);
}

static void crash(void)
{
	raise(SIGKILL);
}

static const struct job jobs[] = {
	{ "read from no file", bad_read },
	{ "open a missing file", open_nothing },
	{ "die by SIGKILL", crash },
};

static void child(struct kcov *kcov, const struct job *job)
{
	int err = kcov_enable(kcov, KCOV_MODE_PC);

	if (err) {
		fprintf(stderr, "fork-server: cannot enable coverage: %s\n",
			kcov_strerror(KCOV_CALL_ENABLE, err));
		_exit(1);
	}
	kcov_reset(kcov);
	job->run();
	_exit(0);
}

static int serve(struct kcov *kcov, const struct job *job)
{
	struct kcov_pcs pcs;
	int status;
	pid_t pid;

	/* What the parent prints must not be printed again by the child. */
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		child(kcov, job);
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "fork-server: %s: %s\n", job->name, strerror(errno));
		return 1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return 1;
	/* The child is dead: the buffer is final, its exit up to the last moment included. */
	kcov_pcs(kcov, &pcs);
	printf("%s: %zu PCs%s\n", job->name, pcs.count, pcs.full ? ", buffer full" : "");
	return 0;
}

int main(void)
{
	struct kcov *kcov;
	int err;

	err = kcov_open(NULL, &kcov);
	if (err) {
		fprintf(stderr, "fork-server: cannot open kcov: %s\n",
			kcov_strerror(KCOV_CALL_OPEN, err));
		return 1;
	}
	for (size_t i = 0; !err && i < sizeof(jobs) / sizeof(jobs[0]); i++)
		err = serve(kcov, &jobs[i]);
	kcov_close(kcov);
	return err;
}
