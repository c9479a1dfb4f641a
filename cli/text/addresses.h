/* SPDX-License-Identifier: MIT */
/* Addresses in text. Pure. */
#ifndef KCOVCTL_ADDRESSES_H
#define KCOVCTL_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

/* A whole word: up to 16 hexadecimal digits, with 0x or without. */
bool address_parse(const char *word, uint64_t *ret);

struct address_scan {
	/* What is still to be looked at; a line of text, or part of one. */
	const char *text;
	const char *end;
	/* Set by the first call. */
	bool started;
};

/*
 * The next address in a line: a word of up to 16 hexadecimal digits after 0x, or of
 * exactly 16 without, or a line that is nothing but one such word of any length up to
 * 16. A word ends where there is no letter, digit or underscore.
 */
bool address_scan_next(struct address_scan *scan, uint64_t *ret);

#endif
