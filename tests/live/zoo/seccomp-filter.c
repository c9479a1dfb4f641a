// SPDX-License-Identifier: MIT
// seccomp-filter errno|thread|process|trap: threads and children that are born under a filter
// against socket, ioctl and recvmsg. What that does to who calls them is the argument.
#include "zoo.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static volatile sig_atomic_t trapped;

static void trap(int signal)
{
	(void)signal;
	trapped++;
}

static void filter(unsigned int action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvmsg, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, action),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	zoo_must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
	zoo_must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "prctl");
}

static void *call(void *arg)
{
	int which = *(int *)arg;
	int pages = 0;

	switch (which) {
	case 1:
		zoo_say_result("socket", socket(AF_UNIX, SOCK_STREAM, 0));
		break;
	case 2:
		zoo_say_result("ioctl", ioctl(STDIN_FILENO, FIONREAD, &pages));
		break;
	case 3:
		zoo_say_result("recvmsg", recvmsg(-1, NULL, 0));
		break;
	}
	zoo_say("task %d goes on\n", which);
	return NULL;
}

/* With threads, of which only one may die. */
static void child(int which)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (!pid) {
		pthread_join(zoo_thread(call, &which), NULL);
		zoo_say("a child outlives its thread, %d trapped\n", (int)trapped);
		which++;
		call(&which);
		_exit(which);
	}
	zoo_say("child %d: status %d\n", which, zoo_reap(pid));
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "errno";

	zoo_handle(SIGSYS, strcmp(how, "trap") ? SIG_DFL : trap, 0);
	filter(!strcmp(how, "thread")    ? SECCOMP_RET_KILL_THREAD
	       : !strcmp(how, "process") ? SECCOMP_RET_KILL_PROCESS
	       : !strcmp(how, "trap")    ? SECCOMP_RET_TRAP
					 : SECCOMP_RET_ERRNO | EPERM);
	for (int i = 0; i <= 3; i++)
		child(i);
	pthread_join(zoo_thread(call, &(int){ 0 }), NULL);
	zoo_fds("end");
	return 25;
}
