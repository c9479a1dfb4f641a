// SPDX-License-Identifier: MIT
// A tracer: counts the stops of its child's calls. Where something else traces already, it is
// refused, under kcovctl as under strace.
#include "zoo.h"

#include <sys/ptrace.h>

static void traced(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		_exit(errno == EPERM ? 3 : 4);
	kill(getpid(), SIGSTOP);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getppid);
	_exit(5);
}

static void trace_a_child(void)
{
	int status, stops = 0;
	pid_t pid = zoo_must(fork(), "fork");

	if (!pid)
		traced();
	zoo_must(waitpid(pid, &status, 0), "waitpid");
	if (!WIFSTOPPED(status)) {
		zoo_say("traced by its parent: %s\n",
			zoo_status(status) == 3 ? "refused" : "it fails");
		return;
	}
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (;;) {
		zoo_must((int)ptrace(PTRACE_SYSCALL, pid, NULL, NULL), "PTRACE_SYSCALL");
		zoo_must(waitpid(pid, &status, 0), "waitpid");
		if (!WIFSTOPPED(status))
			break;
		stops += WSTOPSIG(status) == (SIGTRAP | 0x80);
	}
	zoo_say("traced by its parent: %d stops, status %d\n", stops, zoo_status(status));
}

static void attach(const char *what, enum __ptrace_request request)
{
	pid_t pid = zoo_must(fork(), "fork");
	long result;
	int status;

	while (!pid)
		pause();
	result = ptrace(request, pid, NULL, NULL);
	zoo_say_result(what, result);
	if (!result && request == PTRACE_ATTACH) {
		zoo_must(waitpid(pid, &status, 0), "waitpid");
		zoo_say("%s: stopped: %d\n", what, WIFSTOPPED(status));
		zoo_must((int)ptrace(PTRACE_DETACH, pid, NULL, NULL), "PTRACE_DETACH");
	}
	/* Whether it is covered if it is killed before is another question. */
	zoo_until_blocked(pid);
	zoo_must(kill(pid, SIGKILL), "kill");
	zoo_say("%s: status %d\n", what, zoo_reap(pid));
}

int main(void)
{
	trace_a_child();
	attach("attach", PTRACE_ATTACH);
	attach("seize", PTRACE_SEIZE);
	zoo_fds("end");
	return 35;
}
