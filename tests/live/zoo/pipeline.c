// SPDX-License-Identifier: MIT
// What shells do: pipelines of programs, each a process group, with one more pipeline inside,
// and a tree of processes that is reaped from its leaves.
#include "zoo.h"

#include <sys/prctl.h>

#define STAGES 4

static void stage(char *const *argv, int in, int out, pid_t group)
{
	setpgid(0, group);
	if (in >= 0)
		dup2(in, STDIN_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static void pipeline(char *const *const stages[STAGES])
{
	pid_t pids[STAGES];
	int ends[2], statuses[STAGES], in = -1;

	for (int i = 0; i < STAGES; i++) {
		ends[0] = ends[1] = -1;
		if (i < STAGES - 1)
			zoo_must(pipe2(ends, O_CLOEXEC), "pipe2");
		pids[i] = zoo_must(fork(), "fork");
		if (!pids[i])
			stage(stages[i], in, ends[1], i ? pids[0] : 0);
		setpgid(pids[i], pids[0]);
		close(in);
		close(ends[1]);
		in = ends[0];
	}
	for (int i = 0; i < STAGES; i++)
		statuses[i] = zoo_reap(pids[i]);
	for (int i = 0; i < STAGES; i++)
		zoo_say("%s: status %d\n", stages[i][0], statuses[i]);
}

/* 2^(depth + 1) - 1 processes. */
static int tree(int depth)
{
	int sum = 1;

	for (int i = 0; depth && i < 2; i++) {
		pid_t pid = zoo_must(fork(), "fork");

		if (!pid)
			_exit(tree(depth - 1));
		sum += zoo_reap(pid);
	}
	return sum;
}

int main(void)
{
	static char *const seq[] = { (char *)"seq", (char *)"1000", NULL };
	static char *const sh[] = { (char *)"sh", (char *)"-c", (char *)"grep 7 | (sort -rn)",
				    NULL };
	static char *const head[] = { (char *)"head", (char *)"-n", (char *)"3", NULL };
	static char *const cat[] = { (char *)"cat", NULL };
	static char *const *const stages[STAGES] = { seq, sh, head, cat };

	for (int i = 0; i < 2; i++)
		pipeline(stages);
	zoo_say("a tree of %d processes\n", tree(5));
	zoo_fds("end");
	return 34;
}
