/* SPDX-License-Identifier: MIT */
/* A file that is imported: what it is, its lines, and what is wrong in one. */
#ifndef KCOVCTL_INPUT_H
#define KCOVCTL_INPUT_H

#include "../text/lines.h"

#include <stddef.h>

enum input_kind {
	/* PCs, one a line. */
	INPUT_TEXT,
	/* PCs of eight bytes each. */
	INPUT_BINARY,
	/* What kcovctl run -f json writes. */
	INPUT_JSON,
};

struct input {
	/* "-" is standard input. */
	const char *path;
	enum input_kind kind;
	struct lines lines;
	/* Which one was read last, from 1 on. */
	size_t line;
};

/* By what it begins with. 0, or -1, and why was told. */
int input_open(const char *path, struct input *ret);

/* The next line, until the one behind it is read. 1, 0 at the end, or -1, told. */
int input_next(struct input *input, const char **ret, size_t *ret_size);

/* Up to size bytes of what is left; fewer at the end. 0, or -1, told. */
int input_read(struct input *input, void *bytes, size_t size, size_t *ret);

/* Tells what is wrong in the line that was read last. -1. */
__attribute__((format(printf, 2, 3))) int input_refuse(const struct input *input,
						       const char *format, ...);

void input_close(struct input *input);

#endif
