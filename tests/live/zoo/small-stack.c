// SPDX-License-Identifier: MIT
// New tasks without room on their stacks: 4 KiB, and none at all, where the stack pointer is at
// the lowest address that is mapped and nothing may be pushed.
#include "zoo.h"

#include <sched.h>

#define PAGE 4096

static int on_small_stack(void *arg)
{
	*(int *)arg = 1;
	syscall(SYS_getppid);
	syscall(SYS_exit, 5);
	return 0;
}

#ifdef __x86_64__
/* clone on a stack that is not touched: the child stores 1 where rdx points, and exits. */
static long clone_without_stack(unsigned long flags, void *stack, volatile int *ran)
{
	register volatile int *to __asm__("rdx") = ran;
	long result;

	__asm__ volatile("syscall\n\t"
			 "test %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "movl $1, (%%rdx)\n\t"
			 "movl $110, %%eax\n\t" /* getppid */
			 "syscall\n\t"
			 "movl $60, %%eax\n\t" /* exit */
			 "movl $6, %%edi\n\t"
			 "syscall\n"
			 "1:"
			 : "=a"(result)
			 : "a"(SYS_clone), "D"(flags), "S"(stack), "r"(to)
			 : "rcx", "r11", "memory");
	return result;
}
#else
static int without_stack(void *ran)
{
	*(volatile int *)ran = 1;
	_exit(6);
}

static long clone_without_stack(unsigned long flags, void *stack, volatile int *ran)
{
	return clone(without_stack, (char *)stack + PAGE, (int)flags | SIGCHLD, (void *)ran);
}
#endif

int main(void)
{
	unsigned long thread =
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	char *map = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *stack = map + PAGE;
	int small_ran = 0, pid;
	volatile int ran = 0;

	if (map == MAP_FAILED || mprotect(stack, PAGE, PROT_READ | PROT_WRITE))
		zoo_fail("mmap");
	for (int i = 0; i < 3; i++) {
		pid = zoo_must(clone(on_small_stack, stack + PAGE, CLONE_VM | SIGCHLD, &small_ran),
			       "clone");
		zoo_say("4 KiB: status %d", zoo_reap(pid));
		zoo_say(", ran: %d\n", small_ran);
		pid = zoo_must((int)clone_without_stack(CLONE_VM | SIGCHLD, stack, &ran), "clone");
		zoo_say("no room: status %d", zoo_reap(pid));
		zoo_say(", ran: %d\n", ran);
		ran = 0;
		zoo_must((int)clone_without_stack(thread, stack, &ran), "clone");
		while (!ran)
			zoo_sleep(1);
		zoo_say("a thread without room: ran: %d\n", ran);
		zoo_sleep(20);
	}
	zoo_fds("end");
	return 31;
}
