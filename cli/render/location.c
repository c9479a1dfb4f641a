// SPDX-License-Identifier: MIT
#include "location.h"

#include <string.h>

/* What is written of one location, most often in one piece: stdio takes longer than the look-up. */
struct text {
	FILE *out;
	size_t n;
	char at[4096];
};

static void flush(struct text *out)
{
	fwrite_unlocked(out->at, 1, out->n, out->out);
	out->n = 0;
}

static void put_bytes(const void *bytes, size_t n, struct text *out)
{
	if (n > sizeof(out->at) - out->n)
		flush(out);
	if (n > sizeof(out->at)) {
		fwrite_unlocked(bytes, 1, n, out->out);
		return;
	}
	memcpy(out->at + out->n, bytes, n);
	out->n += n;
}

static void put_char(char c, struct text *out)
{
	put_bytes(&c, 1, out);
}

static void put_hex(uint64_t value, int digits, struct text *out)
{
	char text[16];

	for (int i = digits; i--; value >>= 4)
		text[i] = "0123456789abcdef"[value & 15];
	put_bytes(text, (size_t)digits, out);
}

static void put_decimal(uint64_t value, struct text *out)
{
	char text[20];
	size_t i = sizeof(text);

	do
		text[--i] = (char)('0' + value % 10);
	while (value /= 10);
	put_bytes(text + i, sizeof(text) - i, out);
}

static void put(const char *text, struct text *out)
{
	put_bytes(text, strlen(text), out);
}

static void put_address(uint64_t address, struct text *out)
{
	put("0x", out);
	put_hex(address, 16, out);
}

static void put_function(const struct kcov_frame *frame, struct text *out)
{
	put(frame && frame->function ? frame->function : "??", out);
}

static void put_place(const struct kcov_frame *frame, struct text *out)
{
	const char *path = frame ? frame->path : NULL;

	put(path ? path : "??", out);
	put_char(':', out);
	if (frame && frame->line)
		put_decimal(frame->line, out);
	else
		put_char(path ? '?' : '0', out);
	put_char('\n', out);
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
		put_function(frame_of(one, i), out);
		put_char('\n', out);
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
		put_function(frame_of(one, i), out);
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
			put("\\u", out);
			put_hex(*at, 4, out);
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
	put(name, out);
	put_decimal(value, out);
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

static void write_whole(void (*write)(const struct located_one *one, struct text *out),
			const struct located_one *one, FILE *out)
{
	struct text text;

	text.out = out;
	text.n = 0;
	write(one, &text);
	flush(&text);
}

void location_write_lines(const struct located_one *one, FILE *out)
{
	write_whole(write_lines, one, out);
}

void location_write_pretty(const struct located_one *one, FILE *out)
{
	write_whole(write_pretty, one, out);
}

void location_write_json(const struct located_one *one, FILE *out)
{
	write_whole(write_json, one, out);
}
