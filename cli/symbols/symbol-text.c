// SPDX-License-Identifier: MIT
#include "symbol-text.h"

#include <ctype.h>
#include <string.h>

enum {
	MAX_DIGITS = 16,
};

static bool in_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

static bool in_module(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Where what is made of such characters ends. */
static const char *skip(const char *at, const char *end, bool (*is)(char c))
{
	while (at < end && is(*at))
		at++;
	return at;
}

static bool is_hex(char c)
{
	return isxdigit((unsigned char)c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* "0x" and digits, behind which no word goes on. Returns where it ends, or NULL: it is none. */
static const char *parse_hex(const char *at, const char *end, uint64_t *ret)
{
	uint64_t value = 0;
	const char *digits;

	if (end - at < 3 || at[0] != '0' || at[1] != 'x')
		return NULL;
	digits = at + 2;
	at = skip(digits, end, is_hex);
	if (at == digits || at - digits > MAX_DIGITS || (at < end && in_name(*at)))
		return NULL;
	for (; digits < at; digits++)
		value = value << 4 |
			(uint64_t)(isdigit((unsigned char)*digits) ? *digits - '0'
								   : (*digits | 0x20) - 'a' + 10);
	*ret = value;
	return at;
}

/* False: it is too long. */
static bool copy(const char *from, const char *end, char *to, size_t size)
{
	const size_t n = (size_t)(end - from);

	if (n >= size)
		return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

/* What a tool calls an image, in the kernel's own words. */
static void normalise(struct symbol_text *symbol)
{
	static const char *const kernel[] = { "kernel.kallsyms", "kernel", "kernel.vmlinux" };
	static const char *const user[] = { "vdso", "vsyscall", "unknown" };

	for (size_t i = 0; i < sizeof(kernel) / sizeof(*kernel); i++)
		if (strcmp(symbol->image, kernel[i]) == 0)
			strcpy(symbol->image, "vmlinux");
	for (size_t i = 0; i < sizeof(user) / sizeof(*user); i++)
		symbol->is_user |= strcmp(symbol->image, user[i]) == 0;
	for (char *at = symbol->image; *at; at++)
		*at = *at == '-' ? '_' : *at;
}

/* "[module]" or "[module build-id]": where it ends, or NULL: it is none. */
static const char *parse_brackets(const char *at, const char *end, struct symbol_text *ret)
{
	const char *name = at + 1, *name_end, *id, *id_end;

	if (at == end || *at != '[')
		return NULL;
	name_end = skip(name, end, in_module);
	id = skip(name_end, end, is_blank);
	id_end = skip(id, end, is_hex);
	if (name == name_end || id_end == end || *id_end != ']' ||
	    !copy(name, name_end, ret->image, sizeof(ret->image)) ||
	    !copy(id, id_end, ret->id, sizeof(ret->id))) {
		ret->image[0] = ret->id[0] = '\0';
		return NULL;
	}
	normalise(ret);
	return id_end + 1;
}

/* The image by the path of its file; all that is not the kernel's is a program's. */
static void name_by_path(const char *path, const char *end, struct symbol_text *ret)
{
	const char *slash = memrchr(path, '/', (size_t)(end - path)), *base = slash + 1;
	const char *ko = memmem(base, (size_t)(end - base), ".ko", 3);

	if (end - base >= 7 && memcmp(base, "vmlinux", 7) == 0)
		strcpy(ret->image, "vmlinux");
	else if (!ko || (ko + 3 < end && ko[3] != '.') ||
		 !copy(base, ko, ret->image, sizeof(ret->image)))
		ret->is_user = true;
	normalise(ret);
}

/* "([module])" or "(/path)", as perf has them. */
static const char *parse_parentheses(const char *at, const char *end, struct symbol_text *ret)
{
	const char *inner = at + 1, *close;

	if (at == end || *at != '(' || inner == end)
		return NULL;
	close = *inner == '[' ? parse_brackets(inner, end, ret)
			      : memchr(inner, ')', (size_t)(end - inner));
	if (!close || close == end || *close != ')' || (*inner != '[' && *inner != '/')) {
		ret->image[0] = ret->id[0] = '\0';
		ret->is_user = false;
		return NULL;
	}
	if (*inner == '/')
		name_by_path(inner, close, ret);
	return close + 1;
}

/* What says which image it is, if anything does. */
static void parse_image(const char *end, struct symbol_text *ret)
{
	const char *at, *behind;

	if (end - ret->begin > SYMBOL_TEXT_MAX)
		end = ret->begin + SYMBOL_TEXT_MAX;
	at = skip(ret->end, end, is_blank);
	if (at == ret->end)
		return;
	behind = parse_brackets(at, end, ret);
	if (!behind)
		behind = parse_parentheses(at, end, ret);
	if (behind)
		ret->end = behind;
}

/* A symbol with its "+" there. */
static bool parse_at(const char *text, const char *plus, const char *end, struct symbol_text *ret)
{
	const char *begin = plus, *at;

	while (begin > text && in_name(begin[-1]))
		begin--;
	*ret = (struct symbol_text){ .begin = begin };
	if (begin == plus || isdigit((unsigned char)*begin) ||
	    !copy(begin, plus, ret->name, sizeof(ret->name)))
		return false;
	ret->end = parse_hex(plus + 1, end, &ret->offset);
	if (!ret->end)
		return false;
	at = ret->end < end && *ret->end == '/' ? parse_hex(ret->end + 1, end, &ret->size) : NULL;
	if (at) {
		ret->has_size = true;
		ret->end = at;
	}
	parse_image(end, ret);
	return true;
}

bool symbol_text_next(const char *text, const char *end, struct symbol_text *ret)
{
	const char *at = text;

	while (at < end && (at = memchr(at, '+', (size_t)(end - at)))) {
		if (parse_at(text, at, end, ret))
			return true;
		at++;
	}
	return false;
}

bool symbol_text_parse(const char *text, struct symbol_text *ret)
{
	const char *end = text + strlen(text);

	return symbol_text_next(text, end, ret) && ret->begin == text && ret->end == end;
}
