// SPDX-License-Identifier: MIT
// Children and threads of a process that may map no more memory, and of one that locks all it
// maps.
#include "zoo.h"

#include <sched.h>
#include <sys/resource.h>

static int on_given_stack(void *arg)
{
	*(int *)arg =
		mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
	return 0;
}

/* Threads by clone, as glibc would map a stack for them. */
static void live(const char *what)
{
	static char stack[65536] __attribute__((aligned(16)));
	volatile pid_t tid = 1;
	int refused = -1;
	pid_t pid;

	pid = zoo_must(fork(), "fork");
	if (!pid)
		_exit(on_given_stack(&refused) + refused);
	zoo_say("%s: a child is refused more: %d\n", what, zoo_reap(pid));
	zoo_must(clone(on_given_stack, stack + sizeof(stack),
		       CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			       CLONE_SYSVSEM | CLONE_CHILD_CLEARTID,
		       &refused, NULL, NULL, &tid),
		 "clone");
	while (tid)
		zoo_sleep(1);
	zoo_say("%s: a thread is refused more: %d\n", what, refused);
}

static void limit(__rlimit_resource_t resource, rlim_t value)
{
	struct rlimit limits = { value, RLIM_INFINITY };

	zoo_must(setrlimit(resource, &limits), "setrlimit");
}

int main(void)
{
	size_t size = 65536;

	live("without limit");
	limit(RLIMIT_AS, size);
	live("address space");
	zoo_fds("address space");
	limit(RLIMIT_AS, RLIM_INFINITY);
	zoo_must(mlockall(MCL_CURRENT | MCL_FUTURE), "mlockall");
	live("locked");
	zoo_must(munlockall(), "munlockall");
	zoo_fds("end");
	return 42;
}
