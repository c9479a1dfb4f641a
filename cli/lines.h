/* SPDX-License-Identifier: MIT */
/* Lines of a file descriptor, for a program that answers each. */
#ifndef KCOVCTL_LINES_H
#define KCOVCTL_LINES_H

#include <stdbool.h>
#include <sys/types.h>

/* { .fd = FD } to begin with; freed by lines_fini(). */
struct lines {
	int fd;
	char *data;
	size_t room;
	/* What was read and not given out yet. */
	size_t begin;
	size_t end;
	bool is_over;
};

/*
 * The next line, without its end, valid until the next call. Before more is waited for,
 * standard output is flushed: who writes a line and waits for the answer gets it. Returns its
 * length, -1 at the end, or -errno, which is never -1: EPERM is none of read(2)'s.
 */
ssize_t lines_next(struct lines *lines, const char **ret);

void lines_fini(struct lines *lines);

#endif
