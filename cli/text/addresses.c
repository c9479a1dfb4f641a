// SPDX-License-Identifier: MIT
#include "addresses.h"

#include "digits.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

enum {
	MAX_DIGITS = 16,
};

/* MAX_DIGITS: it is none. */
static unsigned int digit(char c)
{
	const unsigned int number = (unsigned int)c - '0', letter = ((unsigned int)c | 0x20) - 'a';

	if (number < 10)
		return number;
	return letter < 6 ? letter + 10 : MAX_DIGITS;
}

/* *prefixed: with 0x. *digits: how many, leading zeros included. */
static bool parse_word(const char *word, size_t len, bool *prefixed, size_t *digits, uint64_t *ret)
{
	uint64_t value = 0;
	size_t i;

	*prefixed = len > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	i = *prefixed ? 2 : 0;
	*digits = len - i;
	if (*digits < 1 || *digits > MAX_DIGITS)
		return false;
	for (; len - i >= 8; i += 8) {
		uint32_t eight;

		if (!digits_parse_hex8(word + i, &eight))
			return false;
		value = value << 32 | eight;
	}
	for (; i < len; i++) {
		unsigned int next = digit(word[i]);

		if (next == MAX_DIGITS)
			return false;
		value = value << 4 | next;
	}
	*ret = value;
	return true;
}

bool address_parse(const char *word, uint64_t *ret)
{
	size_t digits;
	bool prefixed;

	return parse_word(word, strlen(word), &prefixed, &digits, ret);
}

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip(const char *text, const char *end, bool words)
{
	while (text < end && in_word(*text) == words)
		text++;
	return text;
}

/* The line without the white space around it, if that leaves one word. */
static bool only_word(const char *text, const char *end, const char **word, size_t *len)
{
	while (text < end && isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*word = text;
	*len = (size_t)(end - text);
	return *len && skip(text, end, true) == end;
}

bool address_scan_next(struct address_scan *scan, uint64_t *ret)
{
	const char *word;
	size_t len, digits;
	bool prefixed;

	if (!scan->started) {
		scan->started = true;
		/* Most lines are nothing else. */
		if (parse_word(scan->text, (size_t)(scan->end - scan->text), &prefixed, &digits,
			       ret)) {
			scan->text = scan->end;
			return true;
		}
		if (only_word(scan->text, scan->end, &word, &len)) {
			scan->text = scan->end;
			return parse_word(word, len, &prefixed, &digits, ret);
		}
	}
	while (scan->text < scan->end) {
		word = skip(scan->text, scan->end, false);
		scan->text = skip(word, scan->end, true);
		len = (size_t)(scan->text - word);
		if (parse_word(word, len, &prefixed, &digits, ret) &&
		    (prefixed || digits == MAX_DIGITS))
			return true;
	}
	return false;
}
