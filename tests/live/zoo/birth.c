// SPDX-License-Identifier: MIT
// What a new task finds: all registers but rax as its parent had them at the call, flags, the
// 128 bytes below the stack pointer and the xmm registers too. So does the parent after it.
#include "zoo.h"

#include <sched.h>
#include <stdint.h>

#ifdef __x86_64__
struct state {
	uint64_t registers[15]; /* In the order of names[] below. */
	uint64_t flags;
	uint64_t red_zone[16];
	uint64_t xmm[16][2];
};

/* In memory that children share, and where the code finds it without a register. */
__attribute__((aligned(4096))) static union {
	struct {
		struct state before, parent, child;
		uint64_t sp, pid, scratch[8];
	};
	char page[4096];
} all;

static const char *const names[] = { "rbx", "rbp", "rdi", "rsi", "rdx", "r8",  "r9", "r10",
				     "r12", "r13", "r14", "r15", "rsp", "rcx", "r11" };

long birth(void);

/* clang-format off */
#define REGISTERS(do_, at)                                                                         \
	do_(rbx, at, 0) do_(rbp, at, 8) do_(rdi, at, 16) do_(rsi, at, 24) do_(rdx, at, 32)         \
	do_(r8, at, 40) do_(r9, at, 48) do_(r10, at, 56) do_(r12, at, 64) do_(r13, at, 72)         \
	do_(r14, at, 80) do_(r15, at, 88)
#define LOAD(reg, at, offset) "movq all+" #at "+" #offset "(%rip), %" #reg "\n"
#define SAVE(reg, at, offset) "movq %" #reg ", all+" #at "+" #offset "(%rip)\n"
#define EACH_16(do_, at)                                                                           \
	do_(0, at) do_(1, at) do_(2, at) do_(3, at) do_(4, at) do_(5, at) do_(6, at) do_(7, at)    \
	do_(8, at) do_(9, at) do_(10, at) do_(11, at) do_(12, at) do_(13, at) do_(14, at) do_(15, at)
#define LOAD_XMM(n, at) "movups all+" #at "+256+16*" #n "(%rip), %xmm" #n "\n"
#define SAVE_XMM(n, at) "movups %xmm" #n ", all+" #at "+256+16*" #n "(%rip)\n"
#define LOAD_RED(n, at) "movq all+" #at "+128+8*" #n "(%rip), %rax\nmovq %rax, -128+8*" #n "(%rsp)\n"
#define SAVE_RED(n, at) "movq -128+8*" #n "(%rsp), %rax\nmovq %rax, all+" #at "+128+8*" #n "(%rip)\n"
/* rcx and rax changed places. */
#define SAVE_ALL(at)                                                                               \
	REGISTERS(SAVE, at) SAVE(rsp, at, 96) SAVE(rax, at, 104) SAVE(r11, at, 112)                \
	EACH_16(SAVE_RED, at) EACH_16(SAVE_XMM, at)                               \
	"leaq all+1608(%rip), %rsp\n pushfq\n popq all+" #at "+120(%rip)\n cld\n"

/*
 * Three states of 512 bytes each. Nothing between the call and pushfq changes flags, and what
 * shares the stack leaves it alone.
 */
__asm__(".globl birth\n.type birth, @function\n"
	"birth: pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15\n"
	"movq %rsp, all+1536(%rip)\n"
	"pushq all+120(%rip)\n popfq\n"
	REGISTERS(LOAD, 0)
	EACH_16(LOAD_RED, 0) EACH_16(LOAD_XMM, 0)
	"movq %rsp, all+96(%rip)\n leaq 2f(%rip), %rcx\n movq %rcx, all+104(%rip)\n"
	"movl $56, %eax\n"
	"syscall\n"
	"2: xchgq %rax, %rcx\n jrcxz 1f\n jmp 4f\n 1: jmp 3f\n 4:\n"
	"movq %rcx, all+1544(%rip)\n"
	SAVE_ALL(512)
	"movq all+1536(%rip), %rsp\n movq all+1544(%rip), %rax\n"
	"popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx; ret\n"
	"3:\n"
	SAVE_ALL(1024)
	"movl $60, %eax\n movl $5, %edi\n syscall\n"
	".size birth, . - birth\n");
/* clang-format on */

static void compare(const char *what, const char *who, const struct state *expected,
		    const struct state *now)
{
	int differences = 0;

	for (int i = 0; i < 15; i++) {
		if (now->registers[i] == expected->registers[i])
			continue;
		zoo_say("%s: %s: %s differs\n", what, who, names[i]);
		differences++;
	}
	if (now->flags != expected->flags)
		zoo_say("%s: %s: flags differ by %#lx\n", what, who, now->flags ^ expected->flags);
	if (memcmp(now->red_zone, expected->red_zone, sizeof(now->red_zone)))
		zoo_say("%s: %s: the red zone differs\n", what, who);
	if (memcmp(now->xmm, expected->xmm, sizeof(now->xmm)))
		zoo_say("%s: %s: xmm differs\n", what, who);
	zoo_say("%s: %s: %d general registers of 15 differ\n", what, who, differences);
}

static void check(const char *what, uint64_t flags, char *stack)
{
	volatile pid_t tid = 1;
	struct state child;
	long pid;

	for (size_t i = 0; i < sizeof(all.before); i++)
		((unsigned char *)&all.before)[i] = (unsigned char)(i * 37 + 11);
	memset(&all.parent, 0, sizeof(all.parent));
	memset(&all.child, 0, sizeof(all.child));
	all.before.flags = all.before.registers[14] = 0xed7; /* Of those for programs: all. */
	all.before.registers[2] = flags;
	all.before.registers[3] = (uintptr_t)stack;
	if (flags & CLONE_CHILD_CLEARTID)
		all.before.registers[7] = (uintptr_t)&tid;
	if (stack)
		memcpy(stack - 128, all.before.red_zone, 128);
	pid = zoo_must((int)birth(), "clone");
	if (!(flags & CLONE_THREAD))
		zoo_say("%s: status %d\n", what, zoo_reap((pid_t)pid));
	while ((flags & CLONE_CHILD_CLEARTID) && tid)
		zoo_sleep(1);
	compare(what, "parent", &all.before, &all.parent);
	child = all.before;
	if (stack)
		child.registers[12] = (uintptr_t)stack;
	compare(what, "child", &child, &all.child);
}

int main(void)
{
	static char stack[4096] __attribute__((aligned(16)));

	mmap(&all, sizeof(all), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1,
	     0);
	check("fork", SIGCHLD, NULL);
	check("vfork", CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	check("a stack of its own", CLONE_VM | SIGCHLD, stack + sizeof(stack));
	check("thread",
	      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
		      CLONE_CHILD_CLEARTID,
	      stack + sizeof(stack));
	zoo_fds("end");
	return 30;
}
#else
int main(void)
{
	return 30;
}
#endif
