// SPDX-License-Identifier: MIT
#include "arguments-text.h"

#include "../coverage/parameters.h"

#include <inttypes.h>
#include <linux/audit.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

unsigned int arguments_count(const struct event *event)
{
	return event->syscall ? event->syscall->n : 6;
}

static const struct event_text *text_of(const struct event *event, unsigned int position)
{
	for (size_t i = 0; i < event->n_texts; i++)
		if (event->texts[i].position == position)
			return &event->texts[i];
	return NULL;
}

/* How many bits of a register are the parameter's: a 32-bit program has no more than 32. */
static unsigned int bits_of(const struct event *event, const struct kcov_parameter *parameter)
{
	const bool is_narrow = event->arch && !(event->arch & __AUDIT_ARCH_64BIT);
	const unsigned int most = is_narrow ? 32 : 64;
	const unsigned int bits = 8 * parameter->size;

	return bits && bits < most ? bits : most;
}

static uint64_t unsigned_of(const struct event *event, unsigned int position)
{
	const unsigned int unused = 64 - bits_of(event, &event->syscall->parameters[position]);

	return event->args[position] << unused >> unused;
}

static int64_t signed_of(const struct event *event, unsigned int position)
{
	const unsigned int unused = 64 - bits_of(event, &event->syscall->parameters[position]);

	return (int64_t)(event->args[position] << unused) >> unused;
}

static bool is_decimal(const struct kcov_parameter *parameter)
{
	return parameter->kind == KCOV_PARAMETER_SIGNED ||
	       parameter->kind == KCOV_PARAMETER_UNSIGNED;
}

/* What is rather bits, or an address, than a number. */
static bool is_of_bits(const struct kcov_parameter *parameter)
{
	static const char *const words[] = { "flag", "mask", "addr", "prot" };
	const char *name = parameter->name ? parameter->name : "";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(name, words[i]))
			return true;
	return strcmp(name, "cmd") == 0 || strcmp(name, "brk") == 0 || strcmp(name, "arg") == 0;
}

static void write_number(const struct event *event, unsigned int position, FILE *out)
{
	const struct kcov_parameter *parameter = &event->syscall->parameters[position];
	const uint64_t number = unsigned_of(event, position);

	if (!is_decimal(parameter))
		fprintf(out, number ? "0x%" PRIx64 : "NULL", number);
	else if (strcmp(parameter->type, "umode_t") == 0)
		fprintf(out, "%#" PRIo64, number);
	else if (is_of_bits(parameter))
		fprintf(out, "0x%" PRIx64, number);
	else if (parameter->kind == KCOV_PARAMETER_SIGNED)
		fprintf(out, "%" PRId64, signed_of(event, position));
	else
		fprintf(out, number > UINT32_MAX ? "0x%" PRIx64 : "%" PRIu64, number);
}

static void write_byte(unsigned char byte, bool is_octal_next, FILE *out)
{
	static const char letters[] = "tnvfr";

	if (byte == '"' || byte == '\\')
		fprintf(out, "\\%c", byte);
	else if (byte >= '\t' && byte <= '\r')
		fprintf(out, "\\%c", letters[byte - '\t']);
	else if (byte < ' ' || byte >= 0x7f)
		fprintf(out, is_octal_next ? "\\%03o" : "\\%o", byte);
	else
		fputc(byte, out);
}

/* As C, and strace, have it: what is no ASCII is octal, so that no terminal takes it for orders. */
static void write_text(const struct event_text *text, FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < text->n; i++) {
		const char next = i + 1 < text->n ? text->at[i + 1] : '\0';

		write_byte((unsigned char)text->at[i], next >= '0' && next <= '7', out);
	}
	fputs(text->is_cut ? "\"..." : "\"", out);
}

void argument_write(const struct event *event, unsigned int position, FILE *out)
{
	const struct event_text *text = text_of(event, position);
	const struct kcov_parameter *parameter;

	if (!event->syscall) {
		fprintf(out, "0x%" PRIx64, event->args[position]);
		return;
	}
	parameter = &event->syscall->parameters[position];
	if (parameter->name)
		fprintf(out, "%s=", parameter->name);
	if (text)
		write_text(text, out);
	else
		write_number(event, position, out);
}

/* What is a number in C is one in JSON. */
static void put_value(const struct event *event, unsigned int position, struct text *out)
{
	const struct kcov_parameter *parameter = &event->syscall->parameters[position];
	const int64_t number = signed_of(event, position);

	if (!is_decimal(parameter)) {
		text_put_short_hex(unsigned_of(event, position), out);
	} else if (parameter->kind == KCOV_PARAMETER_SIGNED && number < 0) {
		text_put_number("-", 0 - (uint64_t)number, out);
	} else {
		text_put_number("", unsigned_of(event, position), out);
	}
}

static void put_named(const struct event *event, unsigned int position, struct text *out)
{
	const struct kcov_parameter *parameter = &event->syscall->parameters[position];
	const struct event_text *text = text_of(event, position);

	text_put(position ? ",{" : "{", out);
	text_put_member("\"name\":", parameter->name ? parameter->name : "", out);
	text_put_member(",\"type\":", parameter->type, out);
	text_put_number(",\"size\":", parameter->size, out);
	text_put_member(",\"kind\":", parameter_kind_name(parameter->kind), out);
	text_put(",\"value\":", out);
	put_value(event, position, out);
	if (text) {
		text_put(",\"text\":", out);
		text_put_string_of(text->at, text->n, out);
	}
	if (text && text->is_cut)
		text_put(",\"cut\":true", out);
	text_put_char('}', out);
}

void arguments_put_json(const struct event *event, struct text *out)
{
	text_put(",\"args\":[", out);
	for (int i = 0; i < 6; i++) {
		if (i)
			text_put_char(',', out);
		text_put_short_hex(event->args[i], out);
	}
	text_put_char(']', out);
	if (!event->syscall)
		return;
	text_put(",\"named\":[", out);
	for (unsigned int i = 0; i < event->syscall->n; i++)
		put_named(event, i, out);
	text_put_char(']', out);
}
