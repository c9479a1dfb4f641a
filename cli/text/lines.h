/* SPDX-License-Identifier: MIT */
/* Lines of a file descriptor, for a program that answers each. */
#ifndef KCOVCTL_LINES_H
#define KCOVCTL_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* { .fd = FD } to begin with; freed by lines_fini(). */
struct lines {
	int fd;
	char *data;
	size_t room;
	/* What was read and not given out yet. */
	size_t begin;
	size_t end;
	/* Where the last line ends that is there to its end; no less than begin. */
	size_t whole;
	bool is_over;
};

/*
 * The next line, without its end, valid until the next call. Before more is waited for,
 * standard output is flushed: who writes a line and waits for the answer gets it. Returns 1,
 * 0 at the end, or -errno. That standard output fails is an end, too: nobody reads answers.
 */
int lines_next(struct lines *lines, const char **ret, size_t *ret_size);

/* Whether the line that was given out last had an end: the last one of all need not. */
bool lines_has_newline(const struct lines *lines);

/* Whether there is a line without more being waited for. */
bool lines_are_left(const struct lines *lines);

/* What comes first, n bytes of it or more, or fewer: all there is; it is read again. 0 or -errno.
 */
int lines_peek(struct lines *lines, size_t n, const char **ret, size_t *ret_size);

/* What comes next, whatever lines it is of: size bytes, or fewer at the end. As above. */
int lines_take(struct lines *lines, void *bytes, size_t size, size_t *ret);

void lines_fini(struct lines *lines);

#endif
