/* SPDX-License-Identifier: MIT */
/*
 * libkcov/sys.h as a kernel in memory, for what a script is too rigid for: any calls in any
 * order, by many threads. Devices, descriptors, mappings and threads are what kernel/kcov.c
 * of Linux 6.12 makes of them; they are counted, and any call can be made to fail. Buffers
 * are real memory, and what protects them is real: a store into a protected one kills.
 * Keys are played by mprotect(2), which opens a buffer for all threads when one may write.
 */
#ifndef KCOV_TESTS_FAKE_H
#define KCOV_TESTS_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the kernel has besides PCs. */
struct fake_kernel {
	bool cmp;
	bool remote;
	/* A thread can own a local and a remote device at once. */
	bool simultaneous;
	bool reset_trace;
	bool pkeys;
};

/* While nothing is open. */
void fake_boot(const struct fake_kernel *kernel);

/* The calls that can fail. What undoes something has undone it by then, as close(2) has. */
enum fake_call {
	FAKE_OPEN,
	FAKE_OPEN_TO_READ,
	FAKE_CLOSE,
	FAKE_DUP,
	FAKE_READ,
	FAKE_INIT_TRACE,
	FAKE_ENABLE,
	FAKE_DISABLE,
	FAKE_REMOTE_ENABLE,
	FAKE_RESET_TRACE,
	FAKE_RESERVE,
	FAKE_MAP,
	FAKE_UNMAP_TO_RESERVE,
	FAKE_UNMAP,
	FAKE_PROTECT,
	FAKE_PKEY_ALLOC,
	FAKE_PKEY_FREE,
	FAKE_PKEY_PROTECT,
	FAKE_PKEY_SET,
	FAKE_RANDOM,
};

/* The nth call from now on, counted from 1, fails with the error number which of that call,
 * counted from 0. */
void fake_fail(unsigned int nth, unsigned int which);

enum fake_fault {
	/* There were fewer calls. */
	FAKE_NOT_REACHED,
	/* The call has fewer errors, and did not fail. */
	FAKE_NO_SUCH_ERROR,
	FAKE_FAILED,
};

/* What came of it; the call and its errno are told if it failed. */
enum fake_fault fake_fault(enum fake_call *call, int *error);

const char *fake_call_name(enum fake_call call);

/* What is there. */
struct fake_state {
	unsigned int fds;
	/* Ranges of addresses: a buffer with its guard pages is one. */
	unsigned int regions;
	/* Devices that a thread owns, open or not. */
	unsigned int enabled;
	unsigned int keys;
};

struct fake_state fake_state(void);

/*
 * A section of so many records ends that has this handle; they come to the device that
 * listens to it, if there is one, as far as there is room.
 */
void fake_section(uint64_t handle, unsigned int records);

#endif
