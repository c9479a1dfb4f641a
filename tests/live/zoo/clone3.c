// SPDX-License-Identifier: MIT
// clone3 by itself: children with a pidfd, with other signals than SIGCHLD at their end or
// with none, which a tracer is told of in other ways.
#include "zoo.h"

#include <linux/sched.h>

static volatile sig_atomic_t ends;

static void count(int signal)
{
	(void)signal;
	ends++;
}

static void child(const char *what, unsigned long long flags, int exit_signal)
{
	pid_t in_parent = 0, in_child = 0;
	int pidfd = -1;
	struct clone_args args = {
		.flags = flags | CLONE_PIDFD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
		.pidfd = (unsigned long)&pidfd,
		.parent_tid = (unsigned long)&in_parent,
		.child_tid = (unsigned long)&in_child,
		.exit_signal = (unsigned int)exit_signal,
	};
	pid_t pid = zoo_must((int)syscall(SYS_clone3, &args, sizeof(args)), "clone3");

	if (!pid) {
		zoo_say("%s: the child knows itself: %d\n", what, in_child == gettid());
		_exit(5);
	}
	zoo_say("%s: status %d, the parent knows it: %d\n", what, zoo_reap(pid), in_parent == pid);
	close(pidfd);
}

int main(void)
{
	zoo_handle(SIGUSR1, count, SA_RESTART);
	zoo_handle(SIGCHLD, count, SA_RESTART);
	child("SIGCHLD", 0, SIGCHLD);
	child("SIGUSR1", 0, SIGUSR1);
	child("no signal", 0, 0);
	child("vfork", CLONE_VFORK, SIGCHLD);
	child("vfork without signal", CLONE_VFORK, 0);
	child("handlers cleared", CLONE_CLEAR_SIGHAND, SIGCHLD);
	child("one table of files", CLONE_FILES | CLONE_FS, SIGCHLD);
	zoo_say("handlers saw %d ends\n", (int)ends);
	zoo_fds("end");
	return 14;
}
