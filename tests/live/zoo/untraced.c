// SPDX-License-Identifier: MIT
// Tasks made with CLONE_UNTRACED, which a tracer is not to follow: it must not be seen that one
// does, in the flags where the program left them. untraced leave: one that outlives its maker.
#include "zoo.h"

#include <linux/sched.h>
#include <sched.h>

#define STACK 65536
#define THREADS 4
#define EACH 3

/* With the flags in the register behind the call as well. */
static long clone_by_register(unsigned long *flags)
{
	long result = SYS_clone;
#if defined(__x86_64__)
	register long stack __asm__("rsi") = 0;

	__asm__ volatile("syscall"
			 : "+a"(result), "+D"(*flags)
			 : "r"(stack), "d"(0)
			 : "rcx", "r11", "memory");
#elif defined(__i386__)
	__asm__ volatile("int $0x80" : "+a"(result), "+b"(*flags) : "c"(0), "d"(0) : "memory");
#else
	result = syscall(SYS_clone, *flags, 0, 0, 0, 0);
#endif
	return result;
}

static void by_register(void)
{
	unsigned long flags = CLONE_UNTRACED | SIGCHLD;
	long pid = clone_by_register(&flags);

	if (!pid) {
		zoo_say("clone: the child's flags are %#lx\n", flags);
		_exit(5);
	}
	zoo_say("clone: status %d, the parent's flags are %#lx\n", zoo_reap((pid_t)pid), flags);
	flags = CLONE_UNTRACED | CLONE_SIGHAND;
	pid = clone_by_register(&flags);
	zoo_say("clone that fails: %ld, the flags are %#lx\n", pid, flags);
}

static void by_memory(const char *where, volatile struct clone_args *args)
{
	int pid = zoo_must((int)syscall(SYS_clone3, args, sizeof(*args)), "clone3");
	const unsigned long long flags = args->flags;

	if (!pid) {
		zoo_say("clone3, %s: the child's flags are %#llx\n", where, flags);
		_exit(6);
	}
	zoo_say("clone3, %s: status %d, the parent's flags are %#llx\n", where, zoo_reap(pid),
		(unsigned long long)args->flags);
}

static int make_another(void *arg)
{
	pid_t pid = zoo_must(fork(), "fork");

	if (!pid)
		_exit(7);
	*(int *)arg = zoo_reap(pid);
	syscall(SYS_exit, 8);
	return 0;
}

static int say_that_it_is(void *arg)
{
	__atomic_store_n((int *)arg, getpid() != gettid(), __ATOMIC_SEQ_CST);
	syscall(SYS_exit, 0);
	return 0;
}

static void with_shared_memory(void)
{
	const int thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			   CLONE_SYSVSEM | CLONE_UNTRACED;
	char *stack = malloc(STACK);
	int status = 0, was_thread = 0;
	pid_t pid = zoo_must(clone(make_another, stack + STACK,
				   CLONE_VM | CLONE_VFORK | CLONE_UNTRACED | SIGCHLD, &status),
			     "clone");

	zoo_say("as vfork: status %d", zoo_reap(pid));
	zoo_say(", and of its child: %d\n", status);
	zoo_must(clone(say_that_it_is, stack + STACK, thread, &was_thread), "clone");
	while (!__atomic_load_n(&was_thread, __ATOMIC_SEQ_CST))
		zoo_sleep(1);
	zoo_say("a thread was\n");
}

static void *make_some(void *arg)
{
	for (int i = 0; i < EACH; i++) {
		unsigned long flags = CLONE_UNTRACED | SIGCHLD;
		long pid = clone_by_register(&flags);

		if (!pid)
			_exit(flags != (CLONE_UNTRACED | SIGCHLD));
		*(int *)arg += zoo_reap((pid_t)pid) == 0 && flags == (CLONE_UNTRACED | SIGCHLD);
	}
	return NULL;
}

static int leave(void)
{
	unsigned long flags = CLONE_UNTRACED | SIGCHLD;
	const pid_t maker = getpid();
	const long pid = clone_by_register(&flags);

	/* So that it is there when its maker ends, and not when who waits looks. */
	while (!pid && getppid() == maker)
		zoo_sleep(10);
	return 49;
}

int main(int argc, char **argv)
{
	static const struct clone_args constant = { .flags = CLONE_UNTRACED,
						    .exit_signal = SIGCHLD };
	struct clone_args local = constant, *shared = zoo_shared(sizeof(*shared));
	pthread_t threads[THREADS];
	int right[THREADS] = { 0 }, sum = 0;

	if (argc > 1 && !strcmp(argv[1], "leave"))
		return leave();
	*shared = constant;
	by_register();
	by_memory("on the stack", &local);
	by_memory("constant", (struct clone_args *)&constant);
	by_memory("shared", shared);
	with_shared_memory();
	for (int i = 0; i < THREADS; i++)
		threads[i] = zoo_thread(make_some, &right[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += right[i];
	}
	zoo_say("of threads: %d were right\n", sum);
	zoo_fds("end");
	return 49;
}
