// SPDX-License-Identifier: MIT
#include "text.h"

#include <limits.h>
#include <string.h>

bool kcov_text_line(struct kcov_text *text, struct kcov_text *ret)
{
	const char *end = text->n ? memchr(text->at, '\n', text->n) : NULL;

	if (!end)
		return false;
	*ret = (struct kcov_text){ text->at, (size_t)(end - text->at) };
	text->n -= ret->n + 1;
	text->at = end + 1;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool kcov_text_word(struct kcov_text *text, struct kcov_text *ret)
{
	size_t start = 0, end;

	while (start < text->n && is_blank(text->at[start]))
		start++;
	for (end = start; end < text->n && !is_blank(text->at[end]);)
		end++;
	if (end == start)
		return false;
	*ret = (struct kcov_text){ text->at + start, end - start };
	text->at += end;
	text->n -= end;
	return true;
}

/* What is no digit is more than any. */
static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned int)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned int)(c - 'A') + 10 : UINT_MAX;
}

static bool number(struct kcov_text text, unsigned int base, uint64_t *ret)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.n; i++) {
		unsigned int d = digit(text.at[i]);

		if (d >= base || value > (UINT64_MAX - d) / base)
			return false;
		value = value * base + d;
	}
	if (text.n)
		*ret = value;
	return text.n > 0;
}

bool kcov_text_hex(struct kcov_text text, uint64_t *ret)
{
	if (text.n > 2 && text.at[0] == '0' && text.at[1] == 'x') {
		text.at += 2;
		text.n -= 2;
	}
	return number(text, 16, ret);
}

bool kcov_text_decimal(struct kcov_text text, uint64_t *ret)
{
	return number(text, 10, ret);
}

bool kcov_text_is(struct kcov_text text, const char *other)
{
	return strlen(other) == text.n && memcmp(text.at, other, text.n) == 0;
}
