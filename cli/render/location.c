// SPDX-License-Identifier: MIT
#include "location.h"

#include "digits.h"

#include <string.h>

/*
 * What is written of some locations, in few pieces: stdio takes longer than the look-up.
 * By pointers: of an array, whose size is known, compilers copy by instructions that are slow to
 * begin (rep movs).
 */
struct text {
	FILE *out;
	char *begin;
	char *next;
	char *end;
};

static void flush(struct text *out)
{
	fwrite_unlocked(out->begin, 1, (size_t)(out->next - out->begin), out->out);
	out->next = out->begin;
}

static bool has_room(const struct text *out, size_t n)
{
	return n <= (size_t)(out->end - out->next);
}

static void put_bytes(const void *bytes, size_t n, struct text *out)
{
	if (!has_room(out, n))
		flush(out);
	if (!has_room(out, n)) {
		fwrite_unlocked(bytes, 1, n, out->out);
		return;
	}
	out->next = mempcpy(out->next, bytes, n);
}

static void put_char(char c, struct text *out)
{
	put_bytes(&c, 1, out);
}

/* Room behind a text for a number and signs. */
#define SMALL (DIGITS_DECIMAL_ROOM + 4)

/*
 * A text, and SMALL bytes of room behind it, for what is small and then needs no check of its own.
 * Returns where those begin; what they become the end of goes to out->next.
 */
static char *put_with_room(const char *text, struct text *out)
{
	size_t n = strlen(text);

	if (!has_room(out, n + SMALL))
		flush(out);
	if (!has_room(out, n + SMALL)) {
		fwrite_unlocked(text, 1, n, out->out);
		n = 0;
	}
	return mempcpy(out->next, text, n);
}

static void put(const char *text, struct text *out)
{
	out->next = put_with_room(text, out);
}

static void put_address(uint64_t address, struct text *out)
{
	out->next = digits_add_hex16(put_with_room("0x", out), address);
}

static const char *function_of(const struct kcov_frame *frame)
{
	return frame && frame->function ? frame->function : "??";
}

/* The end of a line. */
static void put_place(const struct kcov_frame *frame, struct text *out)
{
	const char *path = frame ? frame->path : NULL;
	char *at = put_with_room(path ? path : "??", out);

	*at++ = ':';
	if (frame && frame->line)
		at = digits_add_decimal(at, frame->line);
	else
		*at++ = path ? '?' : '0';
	*at++ = '\n';
	out->next = at;
}

static void put_line(const char *text, struct text *out)
{
	char *at = put_with_room(text, out);

	*at++ = '\n';
	out->next = at;
}

/* Of what nothing is known there is one frame all the same. */
static const struct kcov_frame *frame_of(const struct located_one *one, size_t i)
{
	return i < one->n_frames ? &one->frames[i] : NULL;
}

static void write_lines(const struct located_one *one, struct text *out)
{
	size_t i = 0;

	put_address(one->address, out);
	put_char('\n', out);
	do {
		put_line(function_of(frame_of(one, i)), out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

static void write_pretty(const struct located_one *one, struct text *out)
{
	size_t i = 0;

	put_address(one->address, out);
	put(": ", out);
	do {
		if (i)
			put(" (inlined by) ", out);
		put(function_of(frame_of(one, i)), out);
		put(" at ", out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

/* How many bytes the character has that text begins with; 0: it is none of UTF-8. */
static size_t utf8_length(const unsigned char *text)
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

static void put_string(const char *text, struct text *out)
{
	const unsigned char *at = (const unsigned char *)text;

	put_char('"', out);
	while (*at) {
		size_t n = utf8_length(at);

		if (!n) {
			/* The replacement character. */
			put("\\ufffd", out);
			at++;
			continue;
		}
		if (*at < ' ' || *at == 0x7f) {
			put("\\u00", out);
			put_char("0123456789abcdef"[*at >> 4], out);
			put_char("0123456789abcdef"[*at & 15], out);
		} else {
			if (*at == '"' || *at == '\\')
				put_char('\\', out);
			put_bytes(at, n, out);
		}
		at += n;
	}
	put_char('"', out);
}

/* What is not known is left out. */
static void put_text_member(const char *name, const char *text, struct text *out)
{
	if (!text)
		return;
	put(name, out);
	put_string(text, out);
}

static void put_number_member(const char *name, uint64_t value, struct text *out)
{
	out->next = digits_add_decimal(put_with_room(name, out), value);
}

static void put_json_frame(const struct kcov_frame *frame, struct text *out)
{
	/* A line and a column are always there, so that commas are easy. */
	put_number_member("{\"line\":", frame->line, out);
	put_number_member(",\"column\":", frame->column, out);
	put_text_member(",\"function\":", frame->function, out);
	put_text_member(",\"file\":", frame->file, out);
	put_text_member(",\"path\":", frame->path, out);
	put_char('}', out);
}

static void write_json(const struct located_one *one, struct text *out)
{
	const struct kcov_location *location = one->location;

	put("{\"address\":\"", out);
	put_address(one->address, out);
	put_char('"', out);
	put_text_member(",\"image\":", location->image, out);
	put_text_member(",\"symbol\":", location->symbol, out);
	if (location->symbol) {
		put_number_member(",\"symbol_offset\":", location->symbol_offset, out);
		if (location->symbol_size)
			put_number_member(",\"symbol_size\":", location->symbol_size, out);
	}
	put(",\"frames\":[", out);
	for (size_t i = 0; i < one->n_frames; i++) {
		if (i)
			put_char(',', out);
		put_json_frame(&one->frames[i], out);
	}
	put("]}\n", out);
}

static void write_all(void (*write)(const struct located_one *one, struct text *out),
		      const struct located_one *ones, size_t n, FILE *out)
{
	char buffer[16384];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	for (size_t i = 0; i < n; i++)
		write(&ones[i], &text);
	flush(&text);
}

void location_write_lines(const struct located_one *ones, size_t n, FILE *out)
{
	write_all(write_lines, ones, n, out);
}

void location_write_pretty(const struct located_one *ones, size_t n, FILE *out)
{
	write_all(write_pretty, ones, n, out);
}

void location_write_json(const struct located_one *ones, size_t n, FILE *out)
{
	write_all(write_json, ones, n, out);
}
