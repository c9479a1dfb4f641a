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
 * Remote coverage, of what the kernel does elsewhere on behalf of a thread or of
 * a device, has a device of its own: kcov_enable_remote(), then, after each round,
 * kcov_wait_remote(). Many threads share a kcov_pool. <kcov/feedback.h> has what
 * fuzzers make of the records.
 *
 * What the kernel does at the edges, which no library can change:
 *
 * - fork() and pthread_create() do not pass coverage on: a child or a new thread
 *   starts without, and may enable a device that nobody else has enabled. The
 *   buffer is shared memory, so a parent may open, fork, let the child enable,
 *   and read what the child recorded, also after its death: a fork server.
 * - They do pass on the common handle of kcov_enable_remote(), for good: what a
 *   child or a new thread sets going in the kernel reports to the owner's device,
 *   and, once the owner has let go, to any device that takes the same handle. Hence
 *   a fresh random one each time: KCOV_COMMON_AUTO.
 * - exec() keeps coverage going but unmaps the buffer: somebody else, as the
 *   parent, must hold a mapping to read it.
 * - Coverage of a thread ends when it exits, and the device is then free for
 *   another. close(2) alone ends nothing: see kcov_close().
 * - Interrupts, the scheduler, locking and the memory allocators are not recorded;
 *   page faults and signal delivery of the thread are.
 *
 * Every function returns 0 or a negative errno value unless it says otherwise;
 * results go through the last parameter, which is untouched on failure.
 * Structures that may grow begin with their own size.
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

/** What the records of a mode are made of. @since 0.1 */
struct kcov_record_kind {
	/** "pc" or "cmp", as kcovctl's --mode has it. */
	const char *name;
	enum kcov_mode mode;
	/** How many words of 8 bytes a record has. */
	size_t words;
	/**
	 * Which of them, counted from 0, is the address of the code that made the record:
	 * the return address of the call that recorded it.
	 */
	size_t address;
};

/**
 * What the records of a mode are made of, for programs that take records of any mode.
 *
 * @param mode any number: modes are numbered from 0 on without a gap, so that all of them
 *	are found by counting.
 * @return a constant, or NULL: there is no such mode.
 *
 * Pure. @since 0.1
 */
const struct kcov_record_kind *kcov_record_kind(enum kcov_mode mode);

/** An open kcov device. @since 0.1 */
struct kcov;

/**
 * How the buffer is kept from being overwritten by the code under test: a system
 * call that is given a wild pointer, say. There is a page on either side of every
 * buffer that cannot be touched. @since 0.1
 */
enum kcov_protection {
	/** No more than that: kcov_reset() is one store. */
	KCOV_PROTECT_GUARD = 0,
	/** The first of the following that works here. */
	KCOV_PROTECT_AUTO = 1,
	/**
	 * The buffer is mapped for reading only, and kcov_reset() is a system call,
	 * KCOV_RESET_TRACE, which mainline does not have (as of 6.12) and
	 * KCOV_FEATURE_RESET_TRACE tells of. Nothing but a changed mapping gets
	 * through.
	 */
	KCOV_PROTECT_READ_ONLY = 2,
	/**
	 * A memory protection key (pkeys(7)) forbids writing, for the thread and for
	 * the kernel on its behalf, but during the one store of kcov_reset(). No
	 * system call. The process has one such key for all devices. Keys are a
	 * thread's own affair: a thread that did not open the device may read it
	 * once it has called a function with it. Kernel threads (io_uring's) and
	 * ptrace do not mind keys.
	 */
	KCOV_PROTECT_PKEY = 3,
	/**
	 * mprotect(2) forbids writing but during the store of kcov_reset(), which
	 * makes two system calls. The PCs of the second one are recorded: they are
	 * what the buffer begins with.
	 */
	KCOV_PROTECT_MPROTECT = 4,
};

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
	/** What keeps the code under test from overwriting the buffer. */
	enum kcov_protection protection;
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
 *	protection no kcov_protection, or opts->size is too small;
 *	-EOPNOTSUPP: this kernel has no working KCOV_RESET_TRACE, or this processor
 *	or kernel no protection keys, or all are taken, and protection asks for it;
 *	-E2BIG: opts->size is larger than this version of the library knows, and
 *	what it does not know is not 0;
 *	-EBUSY: the calling thread records already, so that KCOV_RESET_TRACE cannot
 *	be tried for KCOV_PROTECT_READ_ONLY or _AUTO: open before enabling; or the
 *	device is initialised already, which one that was opened just now never is
 *	in the kernels that we know;
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
 * Empty the buffer: one store, no system call, unless kcov_opts.protection asked for
 * more. For the thread that records; when another one does it, what is being recorded
 * at that moment can come out either way.
 *
 * @return 0, which with KCOV_PROTECT_GUARD and _PKEY it always is, or
 *	-EINVAL: KCOV_PROTECT_READ_ONLY, and the calling thread did not enable the
 *	device;
 *	-ENOMEM: KCOV_PROTECT_MPROTECT, and the kernel has no memory to split or no
 *	room for another mapping: the buffer is not empty, or not protected any more.
 *
 * @since 0.1
 */
int kcov_reset(struct kcov *kcov);

/** What protects the buffer: never KCOV_PROTECT_AUTO. @since 0.1 */
enum kcov_protection kcov_protection(const struct kcov *kcov);

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

/** The records in a buffer, of whatever kind, still as the kernel wrote them. @since 0.1 */
struct kcov_records {
	const struct kcov_record_kind *kind;
	/**
	 * count times kind->words words. In the buffer itself: gone with the next
	 * reset, enable or close.
	 */
	const uint64_t *records;
	/** How many records. */
	size_t count;
	/** No room is left: the rest, if there was any, is lost. */
	bool full;
};

/**
 * Look at the records in a device's buffer, in place: no copy, no system call. It is
 * kcov_pcs() and kcov_cmps() for programs that take records of any mode.
 *
 * If the recording thread is another one and has not been stopped, its last record can
 * still be an old one, as with kcov_pcs().
 *
 * @param mode what the buffer is to hold. Where another process enabled the device, as a
 *	program does that was executed, nobody else knows.
 * @return 0, or -EINVAL: the device was enabled for another mode, or there is no such mode.
 * @since 0.1
 */
int kcov_records(const struct kcov *kcov, enum kcov_mode mode, struct kcov_records *ret);

/**
 * Handles say which sections of kernel code report to a device: those that are marked
 * with kcov_remote_start() and the same handle. The top byte is a subsystem, the low
 * four bytes are an instance in it, what is between is 0. @since 0.1
 */
enum kcov_subsystem {
	/**
	 * No subsystem: a common handle. Its instance is any number but 0 that the
	 * owner of the device chooses; sections that the kernel starts on behalf of
	 * the owner, and of what it forks, have it.
	 */
	KCOV_SUBSYS_COMMON = 0,
	/** USB: the instance is the number of the bus, from 1 on. */
	KCOV_SUBSYS_USB = 1,
};

/** The two places that a handle can have in kcov_remote_opts. @since 0.1 */
enum kcov_handle_use {
	/** One of handles: any subsystem but KCOV_SUBSYS_COMMON. */
	KCOV_HANDLE_GLOBAL = 0,
	/** common_handle: KCOV_SUBSYS_COMMON. */
	KCOV_HANDLE_COMMON = 1,
};

/** How many global handles a device can have. @since 0.1 */
#define KCOV_MAX_HANDLES 0x100u

/** kcov_remote_opts.common_handle: choose a fresh one. It is no handle itself. @since 0.1 */
#define KCOV_COMMON_AUTO UINT64_MAX

/** Bytes that kcov_handle_print() needs at most, the final NUL included. @since 0.1 */
#define KCOV_HANDLE_TEXT_SIZE 32

/**
 * Build a handle.
 *
 * @param subsystem an enum kcov_subsystem, or the number of one that this library does
 *	not know.
 * @param instance  of 32 bits.
 * @return 0, or
 *	-ERANGE: subsystem does not fit one byte;
 *	-EOVERFLOW: instance does not fit four bytes: it would spill into the reserved
 *	ones;
 *	-EDOM: instance is 0, which no common handle and no USB bus has.
 *
 * Pure. @since 0.1
 */
int kcov_handle_make(unsigned int subsystem, uint64_t instance, uint64_t *ret);

/** A handle taken apart. @since 0.1 */
struct kcov_handle {
	/** An enum kcov_subsystem, or another number. */
	uint8_t subsystem;
	uint32_t instance;
};

/**
 * Take a handle apart.
 *
 * @return 0, or
 *	-EOVERFLOW: the reserved bytes are not 0;
 *	-EDOM: the instance is 0, which no common handle and no USB bus has.
 *
 * Pure. @since 0.1
 */
int kcov_handle_split(uint64_t handle, struct kcov_handle *ret);

/**
 * Whether a handle is good in one place of kcov_remote_opts.
 *
 * @return 0, the errors of kcov_handle_split(), or
 *	-EPROTOTYPE: a common handle among the global ones, or the other way round;
 *	-EINVAL: use is no kcov_handle_use.
 *
 * Pure. @since 0.1
 */
int kcov_handle_check(uint64_t handle, enum kcov_handle_use use);

/**
 * Read a handle from text: "usb:1", "common:0x42", or all 64 bits as in
 * "0x0100000000000001". Numbers are decimal, or hexadecimal after 0x.
 *
 * @return 0, or
 *	-EINVAL: it is none of these;
 *	-EOVERFLOW, -EDOM: as in kcov_handle_split().
 *
 * Pure. @since 0.1
 */
int kcov_handle_parse(const char *text, uint64_t *ret);

/**
 * Print a handle as kcov_handle_parse() reads it; one of a subsystem without a name,
 * or one that is no good, in hexadecimal.
 *
 * @param size bytes of ret: KCOV_HANDLE_TEXT_SIZE is enough.
 * @return 0, or -ENOSPC: size is too small.
 *
 * Pure. @since 0.1
 */
int kcov_handle_print(uint64_t handle, size_t size, char *ret);

/** A good kcov_remote_opts.area_size, in words of 8 bytes. @since 0.1 */
#define KCOV_DEFAULT_AREA_SIZE 65536u

/**
 * What to record remotely. Set size to sizeof(struct kcov_remote_opts).
 * @since 0.1
 */
struct kcov_remote_opts {
	/** sizeof(struct kcov_remote_opts): lets later versions add fields. */
	size_t size;
	/** PCs or comparisons. */
	enum kcov_mode mode;
	/**
	 * Words of 8 bytes that one section can record before it ends and its records
	 * are moved to the device: KCOV_DEFAULT_AREA_SIZE, say. There is no default,
	 * since the kernel takes 0 and 1, with which nothing would be recorded.
	 * Sections in soft interrupts have CONFIG_KCOV_IRQ_AREA_SIZE words instead.
	 */
	uint32_t area_size;
	/** Global handles; NULL if n_handles is 0. Only read during the call. */
	const uint64_t *handles;
	/** How many: at most KCOV_MAX_HANDLES. */
	size_t n_handles;
	/** One common handle, KCOV_COMMON_AUTO, or 0 for none. */
	uint64_t common_handle;
};

/**
 * Start recording the sections of kernel code that have one of some handles, whatever
 * task or soft interrupt runs them. The calling thread becomes the owner: it alone can
 * disable the device, its exit ends the recording, and what it, or what it starts from
 * now on, sets going in the kernel carries the common handle.
 *
 * Before Linux 7.2 a thread owns one device, local or remote: see
 * kcov_enable_with_remote(). There, a thread that is to be covered locally and remotely
 * is started by the remote owner, from which it inherits the common handle, and
 * enables its own device once and for all, since kcov_disable() takes the handle from
 * it; the owner must outlive it. Global handles need no such thing: any thread can own
 * the device that listens to them. examples/remote-worker.c shows it.
 *
 * @param opts NULL for PCs, KCOV_DEFAULT_AREA_SIZE and KCOV_COMMON_AUTO alone.
 * @return 0, or, before the kernel is asked,
 *	-ERANGE: area_size is 0 or 1, or more than the kernel maps (2 GiB);
 *	-EDESTADDRREQ: no handle at all: nothing would ever be recorded;
 *	-EMSGSIZE: n_handles is more than KCOV_MAX_HANDLES;
 *	-EOVERFLOW: the reserved bytes of a handle are not 0;
 *	-EDOM: a handle's instance is 0 (for common_handle, 0 as a whole means none);
 *	-EPROTOTYPE: a common handle among handles, or a global one as common_handle;
 *	-E2BIG: opts->size is larger than this version of the library knows, and what
 *	it does not know is not 0;
 *	or, as the kernel says,
 *	-EINVAL: this device is enabled already, by this thread or by another one; or,
 *	without the kernel, mode is no kcov_mode, or opts->size is too small;
 *	-ENXIO: this kernel does not know the subsystem of one of the handles (it says
 *	EINVAL, and takes the same call without handles);
 *	-EBUSY: this thread owns another device: a remote one, or, before Linux 7.2,
 *	any;
 *	-EEXIST: a handle is in use, by another device or twice in the list; with
 *	KCOV_COMMON_AUTO, 16 random instances were;
 *	-KCOV_ENOTSUPP: KCOV_MODE_CMP on a kernel without
 *	CONFIG_KCOV_ENABLE_COMPARISONS;
 *	-ENOTTY: the kernel is older than 5.5 and has no remote coverage;
 *	-ENOMEM: no memory in the kernel;
 *	any errno of getrandom(2), with KCOV_COMMON_AUTO.
 *
 * @since 0.1
 */
int kcov_enable_remote(struct kcov *kcov, const struct kcov_remote_opts *opts);

/**
 * Record the calling thread into one device and its remote sections into another one,
 * both or none. Each is disabled by itself.
 *
 * @param local  as for kcov_enable().
 * @param mode   of local.
 * @param remote as for kcov_enable_remote().
 * @param opts   of remote.
 * @return 0, the errors of kcov_enable() and kcov_enable_remote(), or
 *	-EOPNOTSUPP: this kernel (before 7.2) lets a thread own one device only:
 *	KCOV_FEATURE_SIMULTANEOUS; kcov_enable_remote() says what to do instead.
 *
 * @since 0.1
 */
int kcov_enable_with_remote(struct kcov *local, enum kcov_mode mode, struct kcov *remote,
			    const struct kcov_remote_opts *opts);

/**
 * The common handle that kcov_enable_remote() gave to a device, for instance the one
 * that KCOV_COMMON_AUTO chose; 0 if it has none or is disabled. @since 0.1
 */
uint64_t kcov_common_handle(const struct kcov *kcov);

/** How long to wait for remote records. @since 0.1 */
struct kcov_wait_opts {
	/** sizeof(struct kcov_wait_opts): lets later versions add fields. */
	size_t size;
	/** Milliseconds without a new record that count as the end; 0 for 100. */
	unsigned int still_ms;
	/** Milliseconds after which to give up; 0 for 5000. */
	unsigned int timeout_ms;
};

/** Why remote records may be incomplete. Bits of kcov_remote_data.doubts. @since 0.1 */
enum kcov_doubt {
	/** Nothing has arrived: no section ran, or none has ended yet. */
	KCOV_DOUBT_NOTHING = 1 << 0,
	/** Records were still arriving when time was up. */
	KCOV_DOUBT_MOVING = 1 << 1,
	/** The device's buffer is full. */
	KCOV_DOUBT_FULL = 1 << 2,
	/**
	 * As many records arrived at once as a section can hold (kcov_remote_opts.
	 * area_size): it may have had more. Sections in soft interrupts, whose size
	 * user space is not told, can lose records without this.
	 */
	KCOV_DOUBT_SECTION = 1 << 3,
};

/** What kcov_wait_remote() found. @since 0.1 */
struct kcov_remote_data {
	/** Entries in the buffer, for kcov_pcs() or kcov_cmps() to look at. */
	size_t count;
	/** Bits of enum kcov_doubt; 0 if nothing speaks against completeness. */
	unsigned int doubts;
};

/**
 * Wait for remote records. The kernel moves those of a section to the device when the
 * section ends, and does not say when that is, nor how many are to come: so this looks
 * until there are some and their number has been still for a while, until the buffer
 * is full, or until time is up. It makes system calls (clock_gettime(2) perhaps and
 * clock_nanosleep(2)), which a thread that also records locally records.
 *
 * kcov_disable() throws away what sections that are still running have recorded: wait
 * first.
 *
 * @param opts NULL for the defaults.
 * @return 0, whatever was found, or
 *	-EINVAL: opts->size is too small;
 *	-E2BIG: opts->size is larger than this version of the library knows, and what
 *	it does not know is not 0.
 *
 * Any thread may wait, also while another one waits or reads. @since 0.1
 */
int kcov_wait_remote(const struct kcov *kcov, const struct kcov_wait_opts *opts,
		     struct kcov_remote_data *ret);

/**
 * Devices for worker threads that come and go, all open from the beginning, so that a
 * worker gets one without a system call. @since 0.1
 */
struct kcov_pool;

/**
 * Open a pool.
 *
 * @param opts    of every device; NULL for the defaults.
 * @param devices how many.
 * @param ret     the pool, to be closed with kcov_pool_close().
 * @return 0, the errors of kcov_open(), or -EINVAL: devices is 0.
 *
 * Thread-safe. @since 0.1
 */
int kcov_pool_open(const struct kcov_opts *opts, size_t devices, struct kcov_pool **ret);

/**
 * Close all devices of a pool, taken ones too. No thread may use it any more.
 *
 * @param pool may be NULL. It is freed in any case.
 * @return 0, or -EBUSY: as in kcov_close(), of any of the devices.
 *
 * @since 0.1
 */
int kcov_pool_close(struct kcov_pool *pool);

/**
 * Take a device that nobody has. It is disabled and the pool's: give it back, and do
 * not close it.
 *
 * @return 0, or -EAGAIN: all are taken.
 *
 * Thread-safe, without locks: a child that is forked meanwhile can use its copy of the
 * pool. Its copies of devices that were taken stay taken there. @since 0.1
 */
int kcov_pool_take(struct kcov_pool *pool, struct kcov **ret);

/**
 * Give a device back. One that the calling thread records into is disabled. Also for
 * another thread than the one that took it, as one that joined a worker that died
 * while recording: the kernel is asked whether it is free, by enabling it for a moment.
 * Of a device that a forked child enabled nothing is known here: give it back after the
 * child's end.
 *
 * @return 0, or
 *	-EBUSY: another thread that lives records into it: it stays taken;
 *	-EINVAL: it is not a device of this pool, or is not taken.
 *
 * Thread-safe. @since 0.1
 */
int kcov_pool_give(struct kcov_pool *pool, struct kcov *kcov);

/** What kcov_drain() cannot be sure of. Bits of kcov_drained.doubts. Unstable. @since 0.1 */
enum kcov_drain_doubt {
	/** The buffer was full: what came after is lost, if anything did. */
	KCOV_DRAIN_FULL = 1 << 0,
	/**
	 * The task filled half of the buffer during one call, or between two: a record that
	 * was being stored when the count was set back may be lost, or be here twice. Or
	 * somebody else writes to the buffer; or a comparison was stored over another one
	 * while that was taken, and may have some of its operands.
	 */
	KCOV_DRAIN_OVERWRITTEN = 1 << 1,
	/** Some records may be elsewhere in the order than here. */
	KCOV_DRAIN_ORDER = 1 << 2,
};

/** What kcov_drain() remembers of a buffer; its members are its own. Unstable. @since 0.1 */
struct kcov_drain {
	size_t done;
	size_t before;
	bool is_late;
	bool is_before_late;
	bool went_on;
};

/** What a call of kcov_drain() took out. Unstable. @since 0.1 */
struct kcov_drained {
	/** How many entries. */
	size_t count;
	/** Bits of enum kcov_drain_doubt. */
	unsigned int doubts;
};

/** How many entries more than the capacity kcov_drain() needs room for. @since 0.1 */
#define KCOV_DRAIN_SLACK 96u

/**
 * Begin to take records out of a buffer. It is all made 0: nothing may record into it yet,
 * and from now on only kcov_drain() may empty it.
 *
 * @return 0, or
 *	-EACCES: the buffer is protected (kcov_opts.protection), and to take records out is
 *	to write to it;
 *	-EOPNOTSUPP: in a 32-bit process, or the processor stores in an order of its own and
 *	the kernel has no membarrier(2).
 *
 * Unstable: may change until it has been through real use. @since 0.1
 */
int kcov_drain_init(struct kcov *kcov, struct kcov_drain *ret);

/**
 * Take all records out of a buffer while another task records into it, which is not
 * stopped: so that what it records is not limited by the buffer, only by how fast it is
 * emptied. Call it again and again, and once more after the task's end or while
 * it is stopped.
 *
 * Records come out once each, in their order. Where that is not certain, because the task
 * was faster than the calls, doubts say so; a record is never lost without a doubt. But for
 * those of what interrupted the task while it recorded, up to 31 at once: the kernel itself
 * may store over them what was interrupted, and nobody is told. On what is neither x86-64
 * nor s390x a call takes some milliseconds (membarrier(2)).
 *
 * @param mode  what the task records; it was not enabled through this struct kcov, perhaps.
 * @param drain from kcov_drain_init().
 * @param ret   the entries: PCs, of one word each, or records for kcov_cmp_decode(), of
 *	KCOV_CMP_WORDS.
 * @param room  of ret, in words: enough for KCOV_DRAIN_SLACK entries more than
 *	kcov_capacity().
 * @return 0, or
 *	-EACCES: as kcov_drain_init();
 *	-EINVAL: mode is no kcov_mode;
 *	-ENOBUFS: room is too small.
 *
 * Unstable: may change until it has been through real use. @since 0.1
 */
int kcov_drain(struct kcov *kcov, enum kcov_mode mode, struct kcov_drain *drain, uint64_t *ret,
	       size_t room, struct kcov_drained *ret_drained);

/** What this kernel can do. Bits of kcov_features(). @since 0.1 */
enum kcov_feature {
	/** PCs can be recorded. */
	KCOV_FEATURE_PC = 1 << 0,
	/** Comparisons can be recorded. */
	KCOV_FEATURE_CMP = 1 << 1,
	/** Annotated background tasks can be recorded (KCOV_REMOTE_ENABLE). */
	KCOV_FEATURE_REMOTE = 1 << 2,
	/** A thread can own a local and a remote device at once (Linux 7.2). */
	KCOV_FEATURE_SIMULTANEOUS = 1 << 3,
	/** The buffer can be emptied without writing to it (KCOV_RESET_TRACE). */
	KCOV_FEATURE_RESET_TRACE = 1 << 4,
	/** Memory protection keys can protect the buffer (KCOV_PROTECT_PKEY). */
	KCOV_FEATURE_PKEY = 1 << 5,
	/**
	 * The kernel runs at a random address (KASLR), which it subtracts from PCs: a
	 * PC differs from the address of the same code in /proc/kallsyms. Not set
	 * either where that file is missing or hides addresses (kptr_restrict).
	 */
	KCOV_FEATURE_KASLR = 1 << 6,
	/** This is a 32-bit process on a 64-bit kernel, whose words have 8 bytes. */
	KCOV_FEATURE_COMPAT = 1 << 7,
};

/**
 * Find out by trying, with devices of its own, on the calling thread: no version is
 * looked at, and no ioctl is taken for what its number may mean elsewhere.
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
	KCOV_CALL_RESET,
	KCOV_CALL_HANDLE,
	KCOV_CALL_ENABLE_REMOTE,
	KCOV_CALL_ENABLE_WITH_REMOTE,
	KCOV_CALL_WAIT_REMOTE,
	KCOV_CALL_POOL,
	KCOV_CALL_DRAIN,
};

/**
 * What an error of a call means here and what to do about it, in one line without
 * a full stop. It knows the kernel's 524 and tells a busy device (-EINVAL of
 * kcov_enable()) from a busy thread (-EBUSY).
 *
 * @param call  the call that failed; KCOV_CALL_READ for kcov_pcs(), kcov_cmps()
 *	and the decoders, KCOV_CALL_HANDLE for kcov_handle_*(), KCOV_CALL_POOL for
 *	kcov_pool_*(), KCOV_CALL_DRAIN for kcov_drain() and kcov_drain_init().
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
