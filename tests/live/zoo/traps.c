// SPDX-License-Identifier: MIT
// SIGTRAP that is the program's own: sent, from a breakpoint, from single steps, and what else
// tracers use for themselves.
#include "zoo.h"

static volatile sig_atomic_t traps, code, steps;

static void trap(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	traps++;
	if (info->si_code == TRAP_TRACE)
		steps++;
	code = info->si_code;
}

static const char *code_name(int value)
{
	switch (value) {
	case SI_USER:
		return "SI_USER";
	case SI_TKILL:
		return "SI_TKILL";
	case SI_QUEUE:
		return "SI_QUEUE";
	case SI_KERNEL:
		return "SI_KERNEL";
	case TRAP_TRACE:
		return "TRAP_TRACE";
	}
	return "another";
}

static void say(const char *what)
{
	zoo_say("%s: %d traps, the last %s\n", what, (int)traps, code_name(code));
	traps = 0;
}

static void *in_thread(void *arg)
{
	raise(SIGTRAP);
	return arg;
}

/* Over a call: the trap flag is the kernel's and the tracer's to keep. */
static void single_step(void)
{
#ifdef __x86_64__
	__asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
			 "pushfq\n\t"
			 "orq $0x100, (%%rsp)\n\t"
			 "popfq\n\t"
			 "nop\n\t"
			 "movl $110, %%eax\n\t"
			 "syscall\n\t"
			 "nop\n\t"
			 "pushfq\n\t"
			 "andq $~0x100, (%%rsp)\n\t"
			 "popfq\n\t"
			 "leaq 128(%%rsp), %%rsp"
			 :
			 :
			 : "rax", "rcx", "r11", "memory", "cc");
#endif
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = trap, .sa_flags = SA_SIGINFO };
	pid_t pid;

	zoo_must(sigaction(SIGTRAP, &action, NULL), "sigaction");
	kill(getpid(), SIGTRAP);
	say("kill");
	raise(SIGTRAP);
	say("raise");
	sigqueue(getpid(), SIGTRAP, (union sigval){ .sival_int = 0x80 });
	say("sigqueue");
	pthread_join(zoo_thread(in_thread, NULL), NULL);
	say("raise in a thread");
#if defined(__x86_64__) || defined(__i386__)
	__asm__ volatile("int3");
	say("int3");
#endif
	single_step();
	zoo_say("single steps: %s\n", steps > 5 ? "some" : "too few");
	say("single steps");
	pid = zoo_must(fork(), "fork");
	if (!pid) {
		signal(SIGTRAP, SIG_DFL);
		raise(SIGTRAP);
		_exit(5);
	}
	zoo_say("killed by it: status %d\n", zoo_reap(pid));
	zoo_fds("end");
	return 40;
}
