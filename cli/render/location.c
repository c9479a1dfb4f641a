// SPDX-License-Identifier: MIT
#include "location.h"

static const char *function_of(const struct kcov_frame *frame)
{
	return frame && frame->function ? frame->function : "??";
}

/* The end of a line. */
static void put_place(const struct kcov_frame *frame, struct text *out)
{
	const char *path = frame ? frame->path : NULL;
	char *at = text_put_with_room(path ? path : "??", out);

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
	char *at = text_put_with_room(text, out);

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

	text_put_hex(one->address, out);
	text_put_char('\n', out);
	do {
		put_line(function_of(frame_of(one, i)), out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

static void write_pretty(const struct located_one *one, struct text *out)
{
	size_t i = 0;

	text_put_hex(one->address, out);
	text_put(": ", out);
	do {
		if (i)
			text_put(" (inlined by) ", out);
		text_put(function_of(frame_of(one, i)), out);
		text_put(" at ", out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

static void put_json_frame(const struct kcov_frame *frame, struct text *out)
{
	/* A line and a column are always there, so that commas are easy. */
	text_put_number("{\"line\":", frame->line, out);
	text_put_number(",\"column\":", frame->column, out);
	text_put_member(",\"function\":", frame->function, out);
	text_put_member(",\"file\":", frame->file, out);
	text_put_member(",\"path\":", frame->path, out);
	text_put_char('}', out);
}

void location_put_frames(const struct kcov_frame *frames, size_t n, struct text *out)
{
	text_put_char('[', out);
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_put_char(',', out);
		put_json_frame(&frames[i], out);
	}
	text_put_char(']', out);
}

static void write_json(const struct located_one *one, struct text *out)
{
	const struct kcov_location *location = one->location;

	text_put("{\"address\":\"", out);
	text_put_hex(one->address, out);
	text_put_char('"', out);
	text_put_member(",\"image\":", location->image, out);
	text_put_member(",\"symbol\":", location->symbol, out);
	if (location->symbol) {
		text_put_number(",\"symbol_offset\":", location->symbol_offset, out);
		if (location->symbol_size)
			text_put_number(",\"symbol_size\":", location->symbol_size, out);
	}
	text_put(",\"frames\":", out);
	location_put_frames(one->frames, one->n_frames, out);
	text_put("}\n", out);
}

static void write_all(void (*write)(const struct located_one *one, struct text *out),
		      const struct located_one *ones, size_t n, FILE *out)
{
	char buffer[16384];
	struct text text = { out, buffer, buffer, buffer + sizeof(buffer) };

	for (size_t i = 0; i < n; i++)
		write(&ones[i], &text);
	text_flush(&text);
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
