// SPDX-License-Identifier: MIT
#include "lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_SIZE = 65536,
};

/* Room for a whole read behind what there is, which moves to the front. */
static int make_room(struct lines *lines)
{
	size_t n = lines->end - lines->begin;
	char *data;

	if (lines->begin)
		memmove(lines->data, lines->data + lines->begin, n);
	lines->whole -= lines->begin;
	lines->begin = 0;
	lines->end = n;
	if (lines->room - n >= READ_SIZE)
		return 0;
	data = realloc(lines->data, 2 * lines->room + READ_SIZE);
	if (!data)
		return -ENOMEM;
	lines->data = data;
	lines->room = 2 * lines->room + READ_SIZE;
	return 0;
}

static int read_more(struct lines *lines)
{
	int err = make_room(lines);
	const char *newline;
	ssize_t n;

	if (err)
		return err;
	if (fflush(stdout) || ferror(stdout)) {
		lines->whole = lines->begin = lines->end;
		lines->is_over = true;
		return 0;
	}
	do
		n = read(lines->fd, lines->data + lines->end, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	newline = memrchr(lines->data + lines->end, '\n', (size_t)n);
	if (newline)
		lines->whole = (size_t)(newline + 1 - lines->data);
	lines->end += (size_t)n;
	lines->is_over = n == 0;
	if (lines->is_over)
		lines->whole = lines->end;
	return 0;
}

int lines_next(struct lines *lines, const char **ret, size_t *ret_size)
{
	size_t searched = 0;

	for (;;) {
		size_t n = lines->end - lines->begin;
		/* Before the first read there is no memory to add to. */
		const char *line = n ? lines->data + lines->begin : NULL, *newline = NULL;
		int err;

		if (n > searched)
			newline = memchr(line + searched, '\n', n - searched);
		if (newline)
			n = (size_t)(newline - line);
		if (newline || (lines->is_over && n)) {
			lines->begin += n + (newline != NULL);
			*ret = line;
			*ret_size = n;
			return 1;
		}
		if (lines->is_over)
			return 0;
		searched = n;
		err = read_more(lines);
		if (err)
			return err;
	}
}

bool lines_has_newline(const struct lines *lines)
{
	return lines->begin && lines->data[lines->begin - 1] == '\n';
}

bool lines_are_left(const struct lines *lines)
{
	return lines->begin < lines->whole;
}

int lines_peek(struct lines *lines, size_t n, const char **ret, size_t *ret_size)
{
	int err = 0;

	while (!err && !lines->is_over && lines->end - lines->begin < n)
		err = read_more(lines);
	if (err)
		return err;
	*ret_size = lines->end - lines->begin;
	*ret = *ret_size ? lines->data + lines->begin : "";
	return 0;
}

int lines_take(struct lines *lines, void *bytes, size_t size, size_t *ret)
{
	const char *data;
	size_t n, taken = 0;
	int err = 0;

	while (taken < size && !(err = lines_peek(lines, 1, &data, &n)) && n) {
		if (n > size - taken)
			n = size - taken;
		memcpy((char *)bytes + taken, data, n);
		lines->begin += n;
		taken += n;
	}
	if (lines->whole < lines->begin)
		lines->whole = lines->begin;
	*ret = taken;
	return err;
}

void lines_fini(struct lines *lines)
{
	free(lines->data);
}
