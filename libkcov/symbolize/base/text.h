/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_TEXT_H
#define KCOV_SYMBOLIZE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of text without a NUL behind it, as a cursor too: what is left to read. */
struct kcov_text {
	const char *at;
	size_t n;
};

/* Take the next line off. A last line without a newline was cut, and is left out. */
bool kcov_text_line(struct kcov_text *text, struct kcov_text *ret);

/* Take the next word off, which blanks or tabs end. */
bool kcov_text_word(struct kcov_text *text, struct kcov_text *ret);

/* The number that the whole text is; hexadecimal with or without 0x in front. */
bool kcov_text_hex(struct kcov_text text, uint64_t *ret);
bool kcov_text_decimal(struct kcov_text text, uint64_t *ret);

bool kcov_text_is(struct kcov_text text, const char *other);

#endif
