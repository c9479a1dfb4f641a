/* SPDX-License-Identifier: MIT */
/**
 * @file kcov.h
 * Collect Linux kernel code coverage through KCOV.
 *
 * One struct kcov is one open kcov device: a file descriptor, the buffer that
 * the kernel fills, and the thread, if any, that records into it. The order of
 * calls is kcov_open(), then kcov_enable() on the thread that is to be covered,
 * then any number of rounds of kcov_reset(), system calls, kcov_pcs() or
 * kcov_cmps(), and last kcov_disable() and kcov_close().
 *
 * What the kernel does at the edges, which no library can change:
 *
 * - fork() and pthread_create() do not pass coverage on: a child or a new thread
 *   starts without, and may enable a device that nobody else has enabled. The
 *   buffer is shared memory, so a parent may open, fork, let the child enable,
 *   and read what the child recorded, also after its death: a fork server.
 * - exec() keeps coverage going but unmaps the buffer: somebody else, as the
 *   parent, must hold a mapping to read it.
 * - Coverage of a thread ends when it exits, and the device is then free for
 *   another. close(2) alone ends nothing: see kcov_close().
 * - Interrupts, the scheduler, locking and the memory allocators are not recorded;
 *   page faults and signal delivery of the thread are.
 *
 * Every function returns 0 or a negative errno value unless it says otherwise;
 * results go through the last parameter, which is untouched on failure.
 * kcov_strerror() has a sentence for each error. A function that takes a struct
 * kcov may be called from any thread, but not from two at once on the same one;
 * those that read the buffer may run while another thread records into it.
 *
 * The facts about the kernel in this file are those of Linux 6.12, kernel/kcov.c
 * and Documentation/dev-tools/kcov.rst, unless it says where else they come from.
 */
#ifndef KCOV_KCOV_H
#define KCOV_KCOV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where debugfs has the device, if kcov_opts.path does not say otherwise. @since 0.1 */
#define KCOV_DEFAULT_PATH "/sys/kernel/debug/kcov"

/** kcov_opts.capacity if it is 0, in entries. @since 0.1 */
#define KCOV_DEFAULT_CAPACITY 65536u

/**
 * What the kernel answers when comparisons are not built in. It is the kernel's
 * own ENOTSUPP, which no libc knows: not ENOTSUP (95), and strerror() has no name
 * for it. @since 0.1
 */
#define KCOV_ENOTSUPP 524

/** What a thread records. The values are those of <linux/kcov.h>. @since 0.1 */
enum kcov_mode {
	/** The PC of every basic block that runs, in order (KCOV_TRACE_PC). */
	KCOV_MODE_PC = 0,
	/** The operands of every comparison (KCOV_TRACE_CMP). */
	KCOV_MODE_CMP = 1,
};

/** An open kcov device. @since 0.1 */
struct kcov;

/**
 * How to open a device. Set size to sizeof(struct kcov_opts) and what is not
 * wanted to 0. @since 0.1
 */
struct kcov_opts {
	/** sizeof(struct kcov_opts): lets later versions add fields. */
	size_t size;
	/** The device file; NULL for KCOV_DEFAULT_PATH. Only read during kcov_open(). */
	const char *path;
	/**
	 * How many entries the buffer must hold, 0 for KCOV_DEFAULT_CAPACITY. It is
	 * rounded up so that the mapping fills whole pages: kcov_capacity() tells.
	 */
	size_t capacity;
	/**
	 * What capacity counts: PCs of 8 bytes or comparisons of 32. It does not
	 * limit what kcov_enable() can record.
	 */
	enum kcov_mode mode;
};

/**
 * Open a device, size its buffer and map it.
 *
 * The file descriptor is close-on-exec and, where RLIMIT_NOFILE allows, above
 * 500, out of the way of a program that redirects the low ones.
 *
 * @param opts NULL for the defaults.
 * @param ret  the device, to be closed with kcov_close().
 * @return 0, or
 *	-ENOENT: nothing at this path: debugfs is not mounted;
 *	-ENODEV: debugfs is mounted there and has no kcov: a kernel without
 *	CONFIG_KCOV (the kernel itself says ENOENT to both; this one looks);
 *	-EACCES: not root, debugfs is root's;
 *	-EPERM: the kernel is locked down;
 *	-ENOTTY: the file is not a kcov device, or the kernel is a 32-bit one;
 *	-EINVAL: capacity is more than the kernel maps (2 GiB), mode is no kcov_mode,
 *	or opts->size is too small;
 *	-E2BIG: opts->size is larger than this version of the library knows, and
 *	what it does not know is not 0;
 *	-EBUSY: the device is initialised already, which one that was opened just
 *	now never is in the kernels that we know;
 *	-ENOMEM: no memory for the buffer, in the kernel or here;
 *	-EMFILE, -ENFILE and any other errno of open(2) and mmap(2).
 *
 * Thread-safe. @since 0.1
 */
int kcov_open(const struct kcov_opts *opts, struct kcov **ret);

/**
 * Disable a device if the calling thread records into it, unmap its buffer and
 * close it. All views of the buffer end here.
 *
 * The kernel keeps a device and its thread tied together after close(2) until
 * the thread exits: the thread would answer EBUSY to every other kcov_enable(),
 * and nothing could untie it, since kcov_disable() needs the descriptor. This
 * function unties the calling thread. It cannot untie another one: then it says so.
 *
 * In a forked child it releases the child's copy; the parent's is not affected.
 *
 * @param kcov may be NULL. It is freed in any case.
 * @return 0, or
 *	-EBUSY: all is released, but another thread, which enabled the device through
 *	this struct kcov, was not seen to disable it. If it still lives, it keeps its
 *	coverage slot (and the kernel the buffer) until it exits.
 *
 * @since 0.1
 */
int kcov_close(struct kcov *kcov);

/**
 * Start recording what the calling thread does in the kernel.
 *
 * The buffer holds some entries of this call's own end at once: kcov_reset().
 *
 * @return 0, or
 *	-EINVAL: this device is enabled already, by this thread or by another one,
 *	or mode is no kcov_mode;
 *	-EBUSY: this thread records into another device: under kcovctl, in a
 *	fuzzer, or left behind by close(2);
 *	-KCOV_ENOTSUPP: KCOV_MODE_CMP on a kernel without
 *	CONFIG_KCOV_ENABLE_COMPARISONS.
 *
 * @since 0.1
 */
int kcov_enable(struct kcov *kcov, enum kcov_mode mode);

/**
 * For a forked child that is about to enable the device and exec: unmap all of the
 * buffer but the page that holds the count.
 *
 * fork() copies the mapping, and exec() takes it down again page by page, which is
 * recorded: some 60 PCs for each page of 511, that have nothing to do with the program.
 * After this the child can still enable, reset and count, but sees no more than the
 * first page of entries; the parent's mapping is not affected.
 *
 * @return 0, or -ENOMEM: the kernel could not split the mapping, which is whole then.
 * @since 0.1
 */
int kcov_prepare_exec(struct kcov *kcov);

/**
 * Stop recording the calling thread. The buffer stays as it is, with some entries
 * of this call's own beginning at its end: read it before.
 *
 * @return 0, or -EINVAL: the calling thread does not record into this device.
 * @since 0.1
 */
int kcov_disable(struct kcov *kcov);

/**
 * Empty the buffer: one store, no system call. For the thread that records; when
 * another one does it, what is being recorded at that moment can come out either
 * way. @since 0.1
 */
void kcov_reset(struct kcov *kcov);

/**
 * How many entries the buffer holds, never more than its capacity, whatever user
 * space wrote there: one load, no system call. Entries are what the mode makes
 * them; if no mode was enabled through this struct kcov, as in a fork server's
 * parent, they are counted as PCs. @since 0.1
 */
size_t kcov_count(const struct kcov *kcov);

/**
 * Whether the buffer is full, in which case the kernel dropped what came after
 * (if anything did: it does not tell). Entries are counted as in kcov_count().
 * @since 0.1
 */
bool kcov_is_full(const struct kcov *kcov);

/** How many entries of a mode fit; 0 if mode is no kcov_mode. @since 0.1 */
size_t kcov_capacity(const struct kcov *kcov, enum kcov_mode mode);

/**
 * The descriptor of the device, for poll loops that must not close it and for
 * passing it to another task. It stays the library's. @since 0.1
 */
int kcov_fd(const struct kcov *kcov);

/**
 * The PCs in a buffer, in the order in which they ran.
 *
 * A PC is the return address of the call that recorded it, in the block that ran:
 * look up pc - 1, or a symbolizer shows the next line. Where the kernel is
 * randomized (KASLR) its offset is subtracted already, so that PCs match vmlinux;
 * that holds for modules too, whose addresses therefore lack it. @since 0.1
 */
struct kcov_pcs {
	/** In the buffer itself: gone with the next reset, enable or close. */
	const uint64_t *pcs;
	/** How many. */
	size_t count;
	/** No room is left: the rest, if there was any, is lost. */
	bool full;
};

/**
 * Look at the PCs in a device's buffer, in place: no copy, no system call.
 *
 * If the recording thread is another one and has not been stopped, its last entry
 * can still be an old one: the kernel counts first and stores then.
 *
 * @return 0, or -EINVAL: the buffer holds comparisons.
 * @since 0.1
 */
int kcov_pcs(const struct kcov *kcov, struct kcov_pcs *ret);

/**
 * The same for any memory that is laid out as the kernel does it.
 *
 * @param area  word 0 is the count, PCs follow.
 * @param words the size of area in words of 8 bytes.
 * @return 0, or -EINVAL: fewer than two words. A count that is too large for
 *	words is taken for a full buffer.
 *
 * Pure. @since 0.1
 */
int kcov_pcs_decode(const uint64_t *area, size_t words, struct kcov_pcs *ret);

/** Words of 8 bytes in one comparison of the buffer. @since 0.1 */
#define KCOV_CMP_WORDS 4

/** One comparison. @since 0.1 */
struct kcov_cmp {
	/**
	 * The operands, zero-extended to 64 bits: whether they are signed is not
	 * known. A switch records one comparison for each case.
	 */
	uint64_t arg1;
	uint64_t arg2;
	/**
	 * The return address of the call that recorded it. It is no PC of
	 * KCOV_MODE_PC: that comes from another call.
	 */
	uint64_t ip;
	/** Size of the operands in bytes: 1, 2, 4 or 8. */
	uint8_t size;
	/** arg1 is a constant of the source. */
	bool is_const;
};

/** The comparisons in a buffer, still as the kernel wrote them. @since 0.1 */
struct kcov_cmps {
	/**
	 * count times KCOV_CMP_WORDS words: type, arg1, arg2, ip. In the buffer
	 * itself: gone with the next reset, enable or close.
	 */
	const uint64_t *records;
	/** How many comparisons. */
	size_t count;
	/** No room is left: the rest, if there was any, is lost. */
	bool full;
};

/**
 * Look at the comparisons in a device's buffer, in place; kcov_cmp_decode() reads
 * them one by one.
 *
 * @return 0, or -EINVAL: the buffer holds PCs.
 * @since 0.1
 */
int kcov_cmps(const struct kcov *kcov, struct kcov_cmps *ret);

/**
 * The same for any memory that is laid out as the kernel does it.
 *
 * @param area  word 0 is the count, records of KCOV_CMP_WORDS words follow.
 * @param words the size of area in words of 8 bytes.
 * @return 0, or -EINVAL: no words at all, not even for the count. A count that is
 *	too large for words is taken for a full buffer.
 *
 * Pure. @since 0.1
 */
int kcov_cmps_decode(const uint64_t *area, size_t words, struct kcov_cmps *ret);

/**
 * Read one comparison.
 *
 * @param index from 0 to cmps->count - 1.
 * @return 0, or
 *	-ERANGE: no such comparison;
 *	-EBADMSG: its type is none that a kernel writes: the buffer was overwritten,
 *	or holds PCs.
 *
 * Pure. @since 0.1
 */
int kcov_cmp_decode(const struct kcov_cmps *cmps, size_t index, struct kcov_cmp *ret);

/** What this kernel can do. Bits of kcov_features(). @since 0.1 */
enum kcov_feature {
	/** PCs can be recorded. */
	KCOV_FEATURE_PC = 1 << 0,
	/** Comparisons can be recorded. */
	KCOV_FEATURE_CMP = 1 << 1,
	/** Annotated background tasks can be recorded (KCOV_REMOTE_ENABLE). */
	KCOV_FEATURE_REMOTE = 1 << 2,
};

/**
 * Find out by trying, with a device of its own, on the calling thread.
 *
 * @param path the device file; NULL for KCOV_DEFAULT_PATH.
 * @param ret  bits of enum kcov_feature.
 * @return 0, or
 *	-EBUSY: the calling thread records already, nothing can be tried;
 *	the errors of kcov_open().
 *
 * Thread-safe. @since 0.1
 */
int kcov_features(const char *path, unsigned int *ret);

/** The calls whose errors kcov_strerror() explains. @since 0.1 */
enum kcov_call {
	KCOV_CALL_OPEN,
	KCOV_CALL_CLOSE,
	KCOV_CALL_ENABLE,
	KCOV_CALL_DISABLE,
	KCOV_CALL_READ,
	KCOV_CALL_FEATURES,
};

/**
 * What an error of a call means here and what to do about it, in one line without
 * a full stop. It knows the kernel's 524 and tells a busy device (-EINVAL of
 * kcov_enable()) from a busy thread (-EBUSY).
 *
 * @param call  the call that failed; KCOV_CALL_READ for kcov_pcs(), kcov_cmps()
 *	and the decoders.
 * @param error what it returned; the sign does not matter.
 * @return a constant string, never NULL; for an error that the call does not
 *	document, libc's own text for it (strerrordesc_np(3)).
 *
 * Thread-safe. @since 0.1
 */
const char *kcov_strerror(enum kcov_call call, int error);

#ifdef __cplusplus
}
#endif

#endif
