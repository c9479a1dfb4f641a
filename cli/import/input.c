// SPDX-License-Identifier: MIT
#include "input.h"

#include "../text/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	/* What is looked at to tell what it is. */
	BEGIN = 64,
};

static int cannot_read(const struct input *input, int err)
{
	error_tell("cannot read %s: %s", input->path, strerror(-err));
	return -1;
}

/* Text has no NUL and nothing that is no text; eight bytes that are an address have one of both. */
static bool looks_binary(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && i < BEGIN; i++) {
		const unsigned char byte = (unsigned char)bytes[i];

		if (byte >= 0x80 || (byte < ' ' && !strchr("\t\n\r", byte)))
			return true;
	}
	return false;
}

static bool looks_like_json(const char *bytes, size_t n)
{
	size_t i = 0;

	while (i < n && strchr(" \t\n\r", bytes[i]) && bytes[i])
		i++;
	return i < n && bytes[i] == '{';
}

int input_open(const char *path, struct input *ret)
{
	const char *begin;
	size_t n;
	int err;

	*ret = (struct input){ .path = path };
	ret->lines.fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (ret->lines.fd < 0) {
		error_tell("cannot open %s: %m", path);
		return -1;
	}
	err = lines_peek(&ret->lines, 1, &begin, &n);
	if (err) {
		cannot_read(ret, err);
		input_close(ret);
		return -1;
	}
	ret->kind = looks_binary(begin, n)      ? INPUT_BINARY
		    : looks_like_json(begin, n) ? INPUT_JSON
						: INPUT_TEXT;
	return 0;
}

int input_next(struct input *input, const char **ret, size_t *ret_size)
{
	int n = lines_next(&input->lines, ret, ret_size);

	if (n < 0)
		return cannot_read(input, n);
	input->line += (size_t)n;
	return n;
}

int input_read(struct input *input, void *bytes, size_t size, size_t *ret)
{
	int err = lines_take(&input->lines, bytes, size, ret);

	return err ? cannot_read(input, err) : 0;
}

int input_refuse(const struct input *input, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	error_tell("%s:%zu: %s", input->path, input->line, n < 0 ? "cannot be read" : text);
	if (n >= 0)
		free(text);
	return -1;
}

void input_close(struct input *input)
{
	lines_fini(&input->lines);
	if (input->lines.fd != STDIN_FILENO)
		close(input->lines.fd);
}
