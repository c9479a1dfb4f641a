// SPDX-License-Identifier: MIT
#include "arguments.h"

#include "../coverage/parameters.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

enum {
	PAGE = 4096,
	/* Most strings end before that. */
	FIRST = 256,
};

/* How many bytes of a page were read. */
static size_t read_page(pid_t tid, uint64_t address, char *to, size_t n)
{
	const struct iovec ours = { to, n };
	const struct iovec theirs = { (void *)(uintptr_t)address, n };
	const ssize_t read = process_vm_readv(tid, &ours, 1, &theirs, 1, 0);

	return read < 0 ? 0 : (size_t)read;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Up to n bytes, or to a NUL if it is a string; false: not all of that can be read. */
static bool read_memory(pid_t tid, uint64_t address, char *to, size_t n, bool is_string,
			size_t *ret)
{
	size_t done = 0;

	while (done < n) {
		const size_t left = PAGE - (address + done) % PAGE;
		const size_t wanted = least(least(n - done, left), is_string && !done ? FIRST : n);
		const char *end;

		if (read_page(tid, address + done, to + done, wanted) < wanted)
			return false;
		end = is_string ? memchr(to + done, '\0', wanted) : NULL;
		if (end) {
			*ret = (size_t)(end - to);
			return true;
		}
		done += wanted;
	}
	*ret = done;
	return true;
}

/* A few calls take them as char *, and do not write to them. */
static bool takes_strings(const struct kcov_syscall *syscall)
{
	static const char *const names[] = { "mount",   "umount",      "swapon",
					     "swapoff", "sethostname", "setdomainname" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(syscall->name, names[i]) == 0)
			return true;
	return false;
}

static bool is_read(const struct kcov_syscall *syscall, unsigned int position)
{
	const enum kcov_parameter_kind kind = syscall->parameters[position].kind;

	return kind == KCOV_PARAMETER_CONST_CHARS ||
	       (kind == KCOV_PARAMETER_CHARS && takes_strings(syscall));
}

/* For the longest text, and a NUL. */
static bool make_room(struct arguments *arguments)
{
	const size_t wanted = arguments->used + ARGUMENTS_MAX_STRING + 1;
	char *at = wanted > arguments->room ? realloc(arguments->at, wanted) : arguments->at;

	if (!at)
		return false;
	if (wanted > arguments->room)
		arguments->room = wanted;
	arguments->at = at;
	return true;
}

/* What is above an int is nobody's. */
static uint64_t length_of(const struct kcov_parameter *parameter, uint64_t value)
{
	return parameter->size == sizeof(uint32_t) ? (uint32_t)value : value;
}

static void read_one(struct arguments *arguments, pid_t tid, const struct kcov_syscall *syscall,
		     const uint64_t *args, unsigned int position)
{
	const struct kcov_parameter *next =
		position + 1 < syscall->n ? &syscall->parameters[position + 1] : NULL;
	const bool is_string = !next || !parameter_is_length(next);
	const uint64_t size =
		is_string ? ARGUMENTS_MAX_STRING : length_of(next, args[position + 1]);
	const size_t limit = is_string ? ARGUMENTS_MAX_STRING : ARGUMENTS_MAX_DATA;
	const size_t n = size < limit ? (size_t)size : limit;
	struct event_text *text = &arguments->texts[arguments->n];

	*text = (struct event_text){ .position = position, .is_string = is_string };
	if (!args[position] || !make_room(arguments) ||
	    !read_memory(tid, args[position], arguments->at + arguments->used, n, is_string,
			 &text->n))
		return;
	text->is_cut = is_string ? text->n == n : size > n;
	arguments->at[arguments->used + text->n] = '\0';
	arguments->used += text->n + 1;
	arguments->n++;
}

void arguments_read(struct arguments *arguments, pid_t tid, const struct kcov_syscall *syscall,
		    const uint64_t *args)
{
	const char *at;

	arguments->n = arguments->used = 0;
	for (unsigned int i = 0; syscall && i < syscall->n; i++)
		if (is_read(syscall, i))
			read_one(arguments, tid, syscall, args, i);
	/* They stay where they are now. */
	at = arguments->at;
	for (size_t i = 0; i < arguments->n; i++) {
		arguments->texts[i].at = at;
		at += arguments->texts[i].n + 1;
	}
}

void arguments_fini(struct arguments *arguments)
{
	free(arguments->at);
	*arguments = (struct arguments){ 0 };
}
