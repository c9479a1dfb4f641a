/* SPDX-License-Identifier: MIT */
/*
 * libkcov/sys.h played from a script: the system calls that a test expects, in order,
 * with what the kernel answers. A call that is not the next one fails the test; so does
 * a script that is not played to its end. The answers are those that tests/live saw a
 * kernel give, or, where none will, those of its source.
 */
#ifndef KCOV_SCRIPT_H
#define KCOV_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

enum script_call {
	SCRIPT_OPEN = 1,
	SCRIPT_CLOSE,
	SCRIPT_DUP,
	SCRIPT_IOCTL,
	SCRIPT_IOCTL_PTR,
	SCRIPT_MAP,
	SCRIPT_UNMAP,
	SCRIPT_IS_ON_DEBUGFS,
};

struct script_step {
	enum script_call call;
	/* The descriptor, ioctl number and size or argument that are expected. */
	int fd;
	unsigned long request;
	unsigned long arg;
	const char *path;
	/* What the call returns. */
	int result;
	/* What a mapping that succeeds returns. */
	uint64_t *area;
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
	{ .call = SCRIPT_MAP, .fd = 500, .arg = (words_) * 8, .area = (area_) }

#define SCRIPT_ENABLED(mode_, result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6364, .arg = (mode_), .result = (result_) }

#define SCRIPT_DISABLED(result_) \
	{ .call = SCRIPT_IOCTL, .fd = 500, .request = 0x6365, .result = (result_) }

#define SCRIPT_REMOTE_ENABLED(result_) \
	{ .call = SCRIPT_IOCTL_PTR, .fd = 500, .request = 0x40186366, .result = (result_) }

#define SCRIPT_CLOSED(words_, area_) \
	{ .call = SCRIPT_UNMAP, .arg = (words_) * 8, .area = (area_) }, \
	{ .call = SCRIPT_CLOSE, .fd = 500 }

#define SCRIPT_LAST { 0 }
/* clang-format on */

#endif
