/* SPDX-License-Identifier: MIT */
/*
 * libkcov/sys.h played from a script: the system calls that a test expects, in order,
 * with what the kernel answers. A call that is not the next one fails the test; so does
 * a script that is not played to its end. The answers are those that tests/live saw a
 * kernel give, or, where none will, those of its source.
 */
#ifndef KCOV_SCRIPT_H
#define KCOV_SCRIPT_H

#include <linux/kcov.h>
#include <stddef.h>
#include <stdint.h>

enum script_call {
	SCRIPT_OPEN = 1,
	SCRIPT_OPEN_TO_READ,
	SCRIPT_CLOSE,
	SCRIPT_DUP,
	SCRIPT_READ,
	SCRIPT_IOCTL,
	SCRIPT_IOCTL_PTR,
	SCRIPT_RESERVE,
	SCRIPT_MAP,
	SCRIPT_UNMAP_TO_RESERVE,
	SCRIPT_UNMAP,
	SCRIPT_PROTECT,
	SCRIPT_PKEY_ALLOC,
	SCRIPT_PKEY_FREE,
	SCRIPT_PKEY_PROTECT,
	SCRIPT_PKEY_SET,
	SCRIPT_RANDOM,
	SCRIPT_NOW,
	SCRIPT_SLEEP,
	SCRIPT_IS_ON_DEBUGFS,
};

struct script_step {
	enum script_call call;
	/* The descriptor or protection key that is expected. */
	int fd;
	/* The ioctl number that is expected; for SCRIPT_PROTECT 1 for writable. */
	unsigned long request;
	/*
	 * The argument that is expected: an ioctl's; bytes of a buffer, without the pages
	 * around it; 1 for SCRIPT_PKEY_SET to writable; milliseconds to sleep.
	 */
	unsigned long arg;
	/* The path that is expected; what a read returns, with its length. */
	const char *path;
	/* What KCOV_REMOTE_ENABLE is to be given, to the last byte; NULL if it is the same. */
	const struct kcov_remote_arg *remote;
	/* What the call returns. */
	int result;
	/* What a clock or a random number returns. */
	uint64_t value;
	/* The buffer that is mapped, protected or unmapped. */
	uint64_t *area;
	/* What the kernel has done to the buffer's count by the end of the call, if not NULL. */
	uint64_t *count;
	uint64_t counted;
};

/* Ends with a step without a call. The steps must live until script_end(). */
void script_begin(const struct script_step *steps);

void script_end(void);

/* What the machine's page size is from now on; 4096 again after script_end(). */
void script_set_page_size(size_t size);

/* clang-format off */
/* The steps of kcov_open(). */
#define SCRIPT_OPENED(path_, words_, area_) \
	{ .call = SCRIPT_OPEN, .path = (path_), .result = 3 }, \
	{ .call = SCRIPT_DUP, .fd = 3, .result = 500 }, \
	{ .call = SCRIPT_CLOSE, .fd = 3 }, \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x80086301, .arg = (words_) }, \
	{ .call = SCRIPT_RESERVE, .arg = (words_) * 8, .area = (area_) }, \
	{ .call = SCRIPT_MAP, .fd = 500, .arg = (words_) * 8, .area = (area_) }

#define SCRIPT_ENABLED(mode_, result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6364, .arg = (mode_), .result = (result_) }

#define SCRIPT_DISABLED(result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6365, .result = (result_) }

#define SCRIPT_REMOTE_ENABLED(result_) \
	{ .call = SCRIPT_IOCTL_PTR, .fd = 500, .request = 0x40186366, .result = (result_) }

/* Whether KCOV_RESET_TRACE works is tried; to_ is what it leaves of 100 entries. */
#define SCRIPT_TRIED_RESET_TRACE(area_, to_) \
	SCRIPT_RESET_TRACE(-EINVAL), \
	SCRIPT_ENABLED(KCOV_MODE_PC, 0), \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6365, .arg = 1, .result = -EINVAL, \
	  .count = (area_), .counted = 100 }, \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6368, .count = (area_), .counted = (to_) }, \
	SCRIPT_DISABLED(0)

#define SCRIPT_RESET_TRACE(result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6368, .result = (result_) }

#define SCRIPT_CLOSED(words_, area_) \
	{ .call = SCRIPT_UNMAP, .arg = (words_) * 8, .area = (area_) }, \
	{ .call = SCRIPT_CLOSE, .fd = 500 }

#define SCRIPT_LAST { 0 }
/* clang-format on */

#endif
