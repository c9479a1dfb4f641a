// SPDX-License-Identifier: MIT
// The ways to wait for children, none of which may see the tracer's: all of a group, without
// reaping, by pidfd, by another thread, with nothing to wait for, and by a handler of SIGCHLD.
#include "zoo.h"

#include <sys/resource.h>

static volatile sig_atomic_t ends, kills;
static volatile int *may_end;

static void end(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	ends += info->si_code == CLD_EXITED && info->si_status == 5;
	kills += info->si_code == CLD_KILLED && info->si_status == SIGKILL;
}

static pid_t child(pid_t group)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (pid) {
		setpgid(pid, group);
		return pid;
	}
	do
		zoo_sleep(10);
	while (!*may_end);
	_exit(5);
}

static void *in_thread(void *arg)
{
	pid_t pid = *(pid_t *)arg;
	int status = 0;

	zoo_say_result("not this thread's child", waitpid(pid, &status, __WNOTHREAD));
	zoo_say("this process's: status %d\n", zoo_reap(pid));
	return NULL;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = end, .sa_flags = SA_SIGINFO | SA_RESTART };
	siginfo_t info = { 0 };
	int status, pidfd;
	pid_t pid;

	may_end = zoo_shared(sizeof(*may_end));
	pid = child(0);
	child(pid);
	zoo_say("none yet: %d\n", waitpid(pid, &status, WNOHANG));
	*may_end = 1;
	zoo_say("of the group:");
	for (int i = 0; i < 2; i++)
		zoo_say(" %d", waitpid(-pid, &status, 0) > 0);
	zoo_say_result("\nthe group", waitpid(-pid, &status, 0));

	zoo_must(sigaction(SIGCHLD, &action, NULL), "sigaction");
	pid = child(0);
	for (int i = 0; i < 2; i++) {
		zoo_must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), "waitid");
		zoo_say("left to wait for: %d, status %d\n", info.si_pid == pid, info.si_status);
	}
	zoo_reap(pid);
	pid = child(0);
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	zoo_must(waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED), "waitid");
	zoo_say("by pidfd: %d, status %d\n", info.si_pid == pid, info.si_status);
	close(pidfd);
	pid = child(0);
	pthread_join(zoo_thread(in_thread, &pid), NULL);
	*may_end = 0;
	pid = child(0);
	zoo_until_blocked(pid);
	zoo_must(kill(pid, SIGKILL), "kill");
	zoo_say("killed: status %d\n", zoo_reap(pid));
	zoo_say("the handler saw %d end and %d killed\n", (int)ends, (int)kills);

	/* Children whose end nobody is to be told of. */
	signal(SIGCHLD, SIG_IGN);
	*may_end = 1;
	child(0);
	zoo_say_result("ignored", wait(&status));
	zoo_fds("end");
	return 44;
}
