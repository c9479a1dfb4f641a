// SPDX-License-Identifier: MIT
#include "terminal.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

bool terminal_is_one(FILE *out)
{
	const char *kind = getenv("TERM");

	return kind && *kind && strcmp(kind, "dumb") != 0 && isatty(fileno(out));
}

/* NULL: none is wanted. */
static const char *pager_command(void)
{
	const char *command = getenv("PAGER");

	/* Who has not said so need not have it. */
	if (!command)
		return "command -v less >/dev/null && exec less; exec cat";
	return *command && strcmp(command, "cat") != 0 ? command : NULL;
}

__attribute__((noreturn)) static void run_pager(const char *command, int from)
{
	dup2(from, STDIN_FILENO);
	/* Leave if all fits on the screen, pass colours on, and leave it there. */
	setenv("LESS", "FRX", 0);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

/* What the terminal's keys mean is the pager's until it ends, and it may end before all is read. */
static void ignore_signals(bool are_ignored)
{
	signal(SIGINT, are_ignored ? SIG_IGN : SIG_DFL);
	signal(SIGPIPE, are_ignored ? SIG_IGN : SIG_DFL);
}

void pager_begin(struct pager *pager)
{
	const char *command = pager_command();
	int ends[2];

	*pager = (struct pager){ 0 };
	fflush(stdout);
	if (!command || !terminal_is_one(stdout) || pipe2(ends, O_CLOEXEC))
		return;
	pager->saved = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	pager->pid = pager->saved < 0 ? -1 : fork();
	if (!pager->pid)
		run_pager(command, ends[0]);
	close(ends[0]);
	if (pager->pid > 0) {
		ignore_signals(true);
		dup2(ends[1], STDOUT_FILENO);
	} else {
		if (pager->saved >= 0)
			close(pager->saved);
		pager->pid = 0;
	}
	close(ends[1]);
}

int pager_end(struct pager *pager)
{
	const char *command = getenv("PAGER");
	int status = 0;

	if (!pager->pid)
		return 0;
	if (fflush(stdout) || ferror(stdout)) {
		__fpurge(stdout);
		clearerr(stdout);
	}
	dup2(pager->saved, STDOUT_FILENO);
	close(pager->saved);
	while (waitpid(pager->pid, &status, 0) < 0 && errno == EINTR)
		;
	pager->pid = 0;
	ignore_signals(false);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 127)
		return 0;
	error_tell("cannot run the pager: PAGER is %s; without one: PAGER=",
		   command ? command : "not set");
	return -1;
}
