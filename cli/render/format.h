/* SPDX-License-Identifier: MIT */
/*
 * A way to write down what ran. One is a file here, which defines a struct format, and a row in
 * formats.c. A writer returns 0 or -errno; whether the stream took everything is for the caller to
 * check.
 */
#ifndef KCOVCTL_FORMAT_H
#define KCOVCTL_FORMAT_H

#include "../coverage/report.h"

#include <stdio.h>

enum format_capability {
	/* It shows more than addresses. */
	FORMAT_SYMBOLS = 1 << 0,
	/* It shows records in their order, so that all of them have to be kept. */
	FORMAT_ORDER = 1 << 1,
	/* A run in it is call by call, unless something else is asked for. */
	FORMAT_CALLS = 1 << 2,
	/* It can show all calls of a name. */
	FORMAT_BY_SYSCALL = 1 << 3,
	/* It can count the coverage points that there are. */
	FORMAT_POINTS = 1 << 4,
	/* It can show inline chains call by call. */
	FORMAT_FRAMES = 1 << 5,
	/* Who is not covered is told in it. */
	FORMAT_LOSS = 1 << 6,
	/* It can show comparisons. */
	FORMAT_CMPS = 1 << 7,
	/* It is made of a recording, and not of reports: it has no functions here. */
	FORMAT_RECORDED = 1 << 8,
};

struct event_writer;
struct sink;

struct format {
	const char *name;
	/* Bits of enum format_capability. */
	unsigned int can;
	int (*write)(const struct report *report, FILE *out);
	/* Events one by one, as they come. */
	struct sink (*events)(struct event_writer *writer);
	/* What a run was in numbers, behind all else; NULL: the headers of reports say it. */
	void (*totals)(const struct totals *totals, FILE *out);
	/*
	 * What events want of each place as its text, with_frames or without, to be freed, or NULL
	 * if there is no memory. NULL in its own place: they want nothing.
	 */
	char *(*place)(const struct kcov_location *location, bool with_frames);
};

#endif
