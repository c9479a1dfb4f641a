// SPDX-License-Identifier: MIT
/*
 * Not tested: nobody has run it yet, it is only compiled. To be looked at then: the kernel goes
 * back to before an interrupted call before it stops for ptrace, so that one that is to be done by
 * restart_syscall() would begin anew.
 */
#include "user-regs.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

const bool arch_can_inject = true;
/* It is where the result comes. */
const bool arch_keeps_first = false;

static const struct arch_abi abi_64 = {
	/* svc #0 */
	.call = { 0x01, 0x00, 0x00, 0xd4 },
	.call_bytes = 4,
	.call_align = 4,
	.close_range = 436,
	.ioctl = 29,
	.mmap = 222,
	.munmap = 215,
	.pidfd_getfd = 438,
	.pidfd_open = 434,
	.recvmsg = 212,
	.socket = 198,
};

static int get_set(int request, pid_t tid, unsigned long note, void *data, size_t size)
{
	struct iovec vec = { data, size };

	return ptrace(request, tid, note, &vec) ? -errno : vec.iov_len == size ? 0 : -ENOTSUP;
}

/* What a 32-bit task has is shorter. */
int arch_get_regs(pid_t tid, struct arch_regs *ret)
{
	int err = get_set(PTRACE_GETREGSET, tid, NT_PRSTATUS, &ret->general, sizeof(ret->general));

	return err ? err
		   : get_set(PTRACE_GETREGSET, tid, NT_ARM_SYSTEM_CALL, &ret->call,
			     sizeof(ret->call));
}

int arch_set_regs(pid_t tid, const struct arch_regs *regs)
{
	struct arch_regs copy = *regs;
	int err = get_set(PTRACE_SETREGSET, tid, NT_PRSTATUS, &copy.general, sizeof(copy.general));

	return err ? err
		   : get_set(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &copy.call,
			     sizeof(copy.call));
}

const struct arch_abi *arch_abi(const struct arch_regs *regs)
{
	(void)regs;
	return &abi_64;
}

uint64_t arch_pc(const struct arch_regs *regs)
{
	return names_of(regs).pc;
}

void arch_set_call(struct arch_regs *regs, const struct arch_abi *abi, uint64_t at, int number,
		   const uint64_t args[6])
{
	struct user_regs_struct user = names_of(regs);

	(void)abi;
	for (int i = 0; i < 6; i++)
		user.regs[i] = args[i];
	user.regs[8] = (unsigned long long)number;
	user.pc = at;
	set_by_names(regs, &user);
	/* In no call: nothing is done again. */
	regs->call = -1;
}

long arch_result(const struct arch_regs *regs)
{
	return (long)names_of(regs).regs[0];
}

bool arch_is_restarting(const struct arch_regs *regs)
{
	const long result = arch_result(regs);

	/* ERESTARTSYS to ERESTARTNOHAND, and ERESTART_RESTARTBLOCK. */
	return regs->call >= 0 && ((result <= -512 && result >= -514) || result == -516);
}

enum arch_clone arch_clone(uint32_t audit_arch, uint64_t number)
{
	const uint64_t clone = audit_arch == AUDIT_ARCH_AARCH64 ? 220 : 120;

	return number == clone ? ARCH_CLONE : number == 435 ? ARCH_CLONE3 : ARCH_NO_CLONE;
}

void arch_set_first(struct arch_regs *regs, uint32_t audit_arch, uint64_t value)
{
	struct user_regs_struct user = names_of(regs);

	(void)audit_arch;
	user.regs[0] = value;
	set_by_names(regs, &user);
}

uint64_t arch_below_stack(const struct arch_regs *regs)
{
	return names_of(regs).sp & ~15ull;
}
