/* SPDX-License-Identifier: MIT */
/*
 * Text and JSON in few pieces: where there are millions of small ones, stdio takes longer than all
 * else. Inline, for the same reason.
 */
#ifndef KCOVCTL_TEXT_H
#define KCOVCTL_TEXT_H

#include "digits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * By pointers: of an array, whose size is known, compilers copy by instructions that are slow to
 * begin (rep movs).
 */
struct text {
	FILE *out;
	char *begin;
	char *next;
	char *end;
};

static inline void text_flush(struct text *out)
{
	fwrite_unlocked(out->begin, 1, (size_t)(out->next - out->begin), out->out);
	out->next = out->begin;
}

static inline bool text_has_room(const struct text *out, size_t n)
{
	return n <= (size_t)(out->end - out->next);
}

static inline void text_put_bytes(const void *bytes, size_t n, struct text *out)
{
	if (!text_has_room(out, n))
		text_flush(out);
	if (!text_has_room(out, n)) {
		fwrite_unlocked(bytes, 1, n, out->out);
		return;
	}
	out->next = mempcpy(out->next, bytes, n);
}

static inline void text_put_char(char c, struct text *out)
{
	text_put_bytes(&c, 1, out);
}

/* Room behind a text for a number and signs. */
#define TEXT_SMALL (DIGITS_DECIMAL_ROOM + 4)

/*
 * A text, and TEXT_SMALL bytes of room behind it, for what is small and then needs no check of its
 * own. Returns where those begin; what they become the end of goes to out->next.
 */
static inline char *text_put_with_room(const char *text, struct text *out)
{
	size_t n = strlen(text);

	if (!text_has_room(out, n + TEXT_SMALL))
		text_flush(out);
	if (!text_has_room(out, n + TEXT_SMALL)) {
		fwrite_unlocked(text, 1, n, out->out);
		n = 0;
	}
	return mempcpy(out->next, text, n);
}

static inline void text_put(const char *text, struct text *out)
{
	out->next = text_put_with_room(text, out);
}

/* How many bytes the character has that text begins with; 0: it is none of UTF-8. */
static inline size_t utf8_length(const unsigned char *text)
{
	size_t n = text[0] < 0x80                      ? 1
		   : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
		   : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
		   : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
						       : 0;

	for (size_t i = 1; i < n; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* Longer than need be, half of a pair, or behind the last there is. */
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] >= 0xa0) ||
	    (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] >= 0x90))
		return 0;
	return n;
}

/* How many bytes at a text's begin are ASCII that JSON has as it is. */
static inline size_t text_plain_length(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;

	while (at < end && *at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\')
		at++;
	return (size_t)(at - text);
}

/* So many bytes, which may be 0, and a NUL behind them. */
static inline void text_put_string_of(const char *text, size_t size, struct text *out)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + size;

	text_put_char('"', out);
	while (at < end) {
		size_t n = text_plain_length(at, end);

		if (n) {
			text_put_bytes(at, n, out);
			at += n;
			continue;
		}
		n = utf8_length(at);

		if (!n) {
			/* The replacement character. */
			text_put("\\ufffd", out);
			at++;
			continue;
		}
		if (*at < ' ' || *at == 0x7f) {
			text_put("\\u00", out);
			text_put_char("0123456789abcdef"[*at >> 4], out);
			text_put_char("0123456789abcdef"[*at & 15], out);
		} else {
			if (*at == '"' || *at == '\\')
				text_put_char('\\', out);
			text_put_bytes(at, n, out);
		}
		at += n;
	}
	text_put_char('"', out);
}

static inline void text_put_string(const char *text, struct text *out)
{
	text_put_string_of(text, strlen(text), out);
}

/* Members of an object, with what stands before the value; what is not known is left out. */
static inline void text_put_number(const char *name, uint64_t value, struct text *out)
{
	out->next = digits_add_decimal(text_put_with_room(name, out), value);
}

static inline void text_put_member(const char *name, const char *text, struct text *out)
{
	if (!text)
		return;
	text_put(name, out);
	text_put_string(text, out);
}

static inline void text_put_hex(uint64_t value, struct text *out)
{
	out->next = digits_add_hex16(text_put_with_room("0x", out), value);
}

/* A string of JSON: "0x7f". */
static inline void text_put_short_hex(uint64_t value, struct text *out)
{
	char hex[24];

	snprintf(hex, sizeof(hex), "\"0x%" PRIx64 "\"", value);
	text_put(hex, out);
}

#endif
