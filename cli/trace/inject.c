// SPDX-License-Identifier: MIT
#include "inject.h"

#include "code.h"
#include "proc-status.h"
#include "watch.h"

#include <errno.h>
#include <linux/rseq.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int copy(const struct inject *inject, uint64_t at, void *data, size_t size, bool to_task)
{
	struct iovec ours = { data, size }, theirs = { (void *)(uintptr_t)at, size };
	ssize_t n = to_task ? process_vm_writev(inject->tid, &ours, 1, &theirs, 1, 0)
			    : process_vm_readv(inject->tid, &ours, 1, &theirs, 1, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EFAULT;
}

int inject_write(const struct inject *inject, uint64_t at, const void *data, size_t size)
{
	return copy(inject, at, (void *)(uintptr_t)data, size, true);
}

int inject_read(const struct inject *inject, uint64_t at, void *data, size_t size)
{
	return copy(inject, at, data, size, false);
}

/* What it is behind, as a rule, is an instruction that does calls. */
static bool is_behind_call(const struct inject *inject)
{
	uint8_t bytes[ARCH_CALL_BYTES];

	return !inject_read(inject, inject->at, bytes, inject->abi->call_bytes) &&
	       memcmp(bytes, inject->abi->call, inject->abi->call_bytes) == 0;
}

static int find_call(struct inject *inject)
{
	const struct arch_abi *abi = arch_abi(&inject->saved);

	if (!abi)
		return -ENOEXEC;
	inject->abi = abi;
	inject->at = arch_pc(&inject->saved) - abi->call_bytes;
	if (is_behind_call(inject))
		return 0;
	inject->was_in_code = true;
	return code_find(inject->tid, abi->call, abi->call_bytes, abi->call_align, &inject->at);
}

/*
 * Elsewhere in its code than in the sequence that it is in, the kernel would take it for one that
 * has left the sequence, and not have it begin again.
 */
static void save_sequence(struct inject *inject)
{
#ifdef PTRACE_GET_RSEQ_CONFIGURATION
	struct __ptrace_rseq_configuration rseq;

	if (!inject->was_in_code ||
	    ptrace(PTRACE_GET_RSEQ_CONFIGURATION, inject->tid, sizeof(rseq), &rseq) != sizeof(rseq))
		return;
	inject->sequence_at = rseq.rseq_abi_pointer + offsetof(struct rseq, rseq_cs);
	if (!rseq.rseq_abi_pointer ||
	    inject_read(inject, inject->sequence_at, &inject->sequence, sizeof(inject->sequence)))
		inject->sequence = 0;
#else
	(void)inject;
#endif
}

/* It must not run on with registers that are ours, nor be kept from what we let it do. */
static int set_options(const struct inject *inject)
{
	const unsigned long options = inject->options | PTRACE_O_EXITKILL;
	static bool cannot_suspend;

	if (!cannot_suspend) {
		if (!ptrace(PTRACE_SETOPTIONS, inject->tid, NULL,
			    options | PTRACE_O_SUSPEND_SECCOMP))
			return 0;
		/* The kernel cannot, or we must not. */
		cannot_suspend = errno == EINVAL || errno == EPERM;
		if (!cannot_suspend)
			return -errno;
	}
	if (proc_status(inject->tid, "Seccomp", 0))
		return -EACCES;
	return ptrace(PTRACE_SETOPTIONS, inject->tid, NULL, options) ? -errno : 0;
}

/* All signals wait; SIGKILL and SIGSTOP cannot. */
static int block_signals(struct inject *inject)
{
	uint64_t all = UINT64_MAX;

	if (ptrace(PTRACE_GETSIGMASK, inject->tid, sizeof(all), &inject->saved_mask) ||
	    ptrace(PTRACE_SETSIGMASK, inject->tid, sizeof(all), &all))
		return -errno;
	return 0;
}

int inject_begin(pid_t tid, unsigned long options, bool is_group_stop, struct inject *ret)
{
	struct inject inject = { .tid = tid, .options = options };
	int err = arch_get_regs(tid, &inject.saved);

	if (err)
		return err;
	err = find_call(&inject);
	if (err)
		return err;
	save_sequence(&inject);
	inject.stop_again = is_group_stop || arch_is_restarting(&inject.saved);
	err = set_options(&inject);
	if (err)
		return err;
	err = block_signals(&inject);
	if (err)
		ptrace(PTRACE_SETOPTIONS, tid, NULL, options);
	else
		*ret = inject;
	return err;
}

/* What is no stop at a system call. *signal: what is to be handed to it then. */
static int take_other_stop(struct inject *inject, int status, int *signal)
{
	const int event = status >> 16;

	*signal = 0;
	inject->is_lost = !WIFSTOPPED(status) || event == PTRACE_EVENT_EXIT;
	if (!WIFSTOPPED(status)) {
		inject->is_gone = true;
		inject->status = status;
		return -ESRCH;
	}
	if (event == PTRACE_EVENT_EXIT) {
		inject->is_dying = true;
		return -ESRCH;
	}
	/* Its group stops, or was told to go on, of which another stop will tell. */
	if (event == PTRACE_EVENT_STOP)
		inject->stop_again = true;
	/* At once, or it would come after the SIGCONT that it came before. */
	else if (!event && WSTOPSIG(status) == SIGSTOP)
		*signal = SIGSTOP;
	/* All others wait, but those that the kernel forces on what cannot go on. */
	else if (!event)
		return -EFAULT;
	return 0;
}

static int lose(struct inject *inject, int err)
{
	inject->is_lost = true;
	return err;
}

/* The next stop. 0 or -errno. */
static int wait_for_stop(struct inject *inject, int *status, bool *is_late)
{
	pid_t tid;

	watch_task(inject->tid);
	do
		tid = waitpid(inject->tid, status, __WALL);
	while (tid < 0 && errno == EINTR);
	*is_late = watch_end();
	return tid < 0 ? -errno : 0;
}

/* Until the next stop at a system call. */
static int step(struct inject *inject)
{
	int status, signal = 0, err = 0;
	bool is_late;

	while (!err) {
		if (ptrace(PTRACE_SYSCALL, inject->tid, NULL, (void *)(uintptr_t)signal))
			return lose(inject, -errno);
		err = wait_for_stop(inject, &status, &is_late);
		if (err)
			return lose(inject, err);
		if (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80))
			return 0;
		err = take_other_stop(inject, status, &signal);
		/* It stops, and does not run: nor did it begin with the call, or it ended it. */
		if (!err && is_late && status >> 16 == PTRACE_EVENT_STOP) {
			inject->is_stuck = true;
			return -ETIMEDOUT;
		}
	}
	return err;
}

int inject_call(struct inject *inject, int number, const uint64_t args[6], long *ret)
{
	struct arch_regs regs = inject->saved;
	int err;

	if (inject->is_stuck)
		return -ETIMEDOUT;
	arch_set_call(&regs, inject->abi, inject->at, number, args);
	err = arch_set_regs(inject->tid, &regs);
	if (err)
		return lose(inject, err);
	err = step(inject);
	if (!err)
		err = step(inject);
	if (err || !ret)
		return err;
	err = arch_get_regs(inject->tid, &regs);
	if (err)
		return lose(inject, err);
	*ret = arch_result(&regs);
	return 0;
}

int inject_close(struct inject *inject, int first, int last)
{
	const uint64_t args[6] = { (uint64_t)first, (uint64_t)last };

	return inject_call(inject, inject->abi->close_range, args, NULL);
}

int inject_end(struct inject *inject)
{
	int err = arch_set_regs(inject->tid, &inject->saved);

	if (!err && inject->sequence)
		err = inject_write(inject, inject->sequence_at, &inject->sequence,
				   sizeof(inject->sequence));
	if (!err &&
	    ptrace(PTRACE_SETSIGMASK, inject->tid, sizeof(inject->saved_mask), &inject->saved_mask))
		err = -errno;
	if (!err && ptrace(PTRACE_SETOPTIONS, inject->tid, NULL, inject->options))
		err = -errno;
	/*
	 * The kernel does a call again, and goes on with a group's stop, on the way from such a
	 * stop as this makes.
	 */
	if (!err && inject->stop_again && ptrace(PTRACE_INTERRUPT, inject->tid, NULL, NULL))
		err = -errno;
	return err;
}

static int map_memory(struct inject *inject, size_t size, struct inject_memory *ret)
{
	const uint64_t args[6] = {
		0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0
	};
	long result;
	int err = inject_call(inject, inject->abi->mmap, args, &result);

	if (err)
		return err;
	/* Addresses of 32-bit tasks are not negative as calls' errors are. */
	if (result < 0 && result > -4096)
		return (int)result;
	*ret = (struct inject_memory){ .at = inject->abi->is_32 ? (uint32_t)result
								: (uint64_t)result,
				       .size = size,
				       .is_mapped = true };
	return 0;
}

int inject_memory_get(struct inject *inject, size_t size, struct inject_memory *ret)
{
	struct inject_memory memory = { .at = (arch_below_stack(&inject->saved) - size) & ~15ull,
					.size = size };

	if (size > sizeof(memory.saved))
		return -ENOSPC;
	/* It may be nobody's, and still be somebody's who never heard of stacks. */
	if (inject_read(inject, memory.at, memory.saved, size) ||
	    inject_write(inject, memory.at, memory.saved, size))
		return map_memory(inject, size, ret);
	*ret = memory;
	return 0;
}

int inject_memory_put(struct inject *inject, const struct inject_memory *memory)
{
	const uint64_t args[6] = { memory->at, memory->size };

	if (memory->is_mapped)
		return inject_call(inject, inject->abi->munmap, args, NULL);
	return inject_write(inject, memory->at, memory->saved, memory->size);
}
