// SPDX-License-Identifier: MIT
#include "index-words.h"

#include <limits.h>

static size_t count(const struct kcov_index *index)
{
	return words(index, KCOV_INDEX_SYSCALLS) / KCOV_INDEX_SYSCALL_WORDS;
}

static uint32_t first_parameter(const struct kcov_index *index, size_t i)
{
	return word(index, KCOV_INDEX_SYSCALLS, KCOV_INDEX_SYSCALL_WORDS * i + 2);
}

static bool read_parameter(const struct kcov_index *index, size_t i, struct kcov_parameter *ret)
{
	const size_t at = KCOV_INDEX_PARAMETER_WORDS * i;
	uint32_t name, shape;

	if (at + KCOV_INDEX_PARAMETER_WORDS > words(index, KCOV_INDEX_PARAMETERS))
		return false;
	name = word(index, KCOV_INDEX_PARAMETERS, at);
	shape = word(index, KCOV_INDEX_PARAMETERS, at + 2);
	*ret = (struct kcov_parameter){
		.name = name ? text_at(index, name - 1) : NULL,
		.type = text_at(index, word(index, KCOV_INDEX_PARAMETERS, at + 1)),
		.size = shape >> 8,
		.kind = (enum kcov_parameter_kind)(shape & 0xff),
	};
	return (!name || ret->name) && ret->type && ret->kind <= KCOV_PARAMETER_CONST_CHARS;
}

static bool read_syscall(const struct kcov_index *index, size_t i, struct kcov_syscall *ret)
{
	const uint32_t first = first_parameter(index, i);
	const size_t end = i + 1 < count(index) ? first_parameter(index, i + 1)
						: words(index, KCOV_INDEX_PARAMETERS) /
							  KCOV_INDEX_PARAMETER_WORDS;

	*ret = (struct kcov_syscall){
		.name = text_at(index,
				word(index, KCOV_INDEX_SYSCALLS, KCOV_INDEX_SYSCALL_WORDS * i)),
		.is_compat = word(index, KCOV_INDEX_SYSCALLS, KCOV_INDEX_SYSCALL_WORDS * i + 1),
	};
	if (!ret->name || end < first || end - first > KCOV_SYSCALL_PARAMETERS)
		return false;
	for (; ret->n < end - first; ret->n++)
		if (!read_parameter(index, first + ret->n, &ret->parameters[ret->n]))
			return false;
	return true;
}

int kcov_index_syscalls(const struct kcov_index *index, size_t first, struct kcov_syscall *ret,
			size_t room)
{
	size_t n = first < count(index) ? count(index) - first : 0;

	n = n < room ? n : room;
	n = n < INT_MAX ? n : INT_MAX;
	for (size_t i = 0; i < n; i++)
		if (!read_syscall(index, first + i, &ret[i]))
			return -EBADMSG;
	return (int)n;
}
