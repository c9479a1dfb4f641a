// SPDX-License-Identifier: MIT
// A daemon that outlives who started it: it writes a file in the end, daemon.done in the
// current directory, and goes on for a little.
#include "zoo.h"

static void write_done(void)
{
	zoo_sleep(300);
	close(STDIN_FILENO);
	close(STDERR_FILENO);
	dup2(zoo_must(open("daemon.new", O_WRONLY | O_CREAT | O_TRUNC, 0600), "daemon.new"),
	     STDOUT_FILENO);
	close(STDIN_FILENO); /* daemon.new's first number. */
	zoo_say("leads its session: %d\n", getsid(0) == getpid());
	zoo_fds("daemon");
	zoo_must(rename("daemon.new", "daemon.done"), "rename");
	zoo_sleep(100);
	_exit(5);
}

int main(void)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (pid) {
		zoo_say("started: status %d\n", zoo_reap(pid));
		zoo_fds("end");
		return 38;
	}
	zoo_must(setsid(), "setsid");
	if (!zoo_must(fork(), "fork"))
		write_done();
	_exit(0);
}
