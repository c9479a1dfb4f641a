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

static void put_asked(const struct located_one *one, struct text *out)
{
	if (one->asked)
		text_put(one->asked, out);
	else
		text_put_hex(one->address, out);
}

static void write_lines(const struct located_one *one, struct text *out)
{
	size_t i = 0;

	put_asked(one, out);
	text_put_char('\n', out);
	do {
		put_line(function_of(frame_of(one, i)), out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

static void write_pretty(const struct located_one *one, struct text *out)
{
	size_t i = 0;

	put_asked(one, out);
	text_put(": ", out);
	do {
		if (i)
			text_put(" (inlined by) ", out);
		text_put(function_of(frame_of(one, i)), out);
		text_put(" at ", out);
		put_place(frame_of(one, i), out);
	} while (++i < one->n_frames);
}

/* A number from 1 on; comma is what belongs before it. */
static void put_known_number(const char *name, uint32_t value, const char **comma, struct text *out)
{
	if (!value)
		return;
	text_put(*comma, out);
	text_put_number(name, value, out);
	*comma = ",";
}

static void put_known_text(const char *name, const char *text, const char **comma, struct text *out)
{
	if (!text)
		return;
	text_put(*comma, out);
	text_put_member(name, text, out);
	*comma = ",";
}

static void put_json_frame(const struct kcov_frame *frame, struct text *out)
{
	const char *comma = "";

	text_put_char('{', out);
	put_known_number("\"line\":", frame->line, &comma, out);
	put_known_number("\"column\":", frame->column, &comma, out);
	put_known_text("\"function\":", frame->function, &comma, out);
	put_known_text("\"file\":", frame->file, &comma, out);
	put_known_text("\"path\":", frame->path, &comma, out);
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

/* A symbol that is not known has no address, either. */
static void put_json_asked(const struct located_one *one, struct text *out)
{
	text_put_member("{\"asked\":", one->asked, out);
	if (one->asked && one->is_nowhere)
		return;
	text_put(one->asked ? ",\"address\":\"" : "{\"address\":\"", out);
	text_put_hex(one->address, out);
	text_put_char('"', out);
}

static void write_json(const struct located_one *one, struct text *out)
{
	const struct kcov_location *location = one->location;

	put_json_asked(one, out);
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
