/* SPDX-License-Identifier: MIT */
/* Symbols in text as the kernel prints them: "vfs_read+0x1a/0x90 [ext4]". Pure. */
#ifndef KCOVCTL_SYMBOL_TEXT_H
#define KCOVCTL_SYMBOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	/* Longer than the kernel's own KSYM_NAME_LEN and MODULE_NAME_LEN; 64 bytes of a build-id.
	 */
	SYMBOL_NAME_SIZE = 513,
	SYMBOL_IMAGE_SIZE = 65,
	SYMBOL_ID_SIZE = 129,
	/* All of a symbol_text, as it stands in the text. */
	SYMBOL_TEXT_MAX = 1000,
};

struct symbol_text {
	/* In the text: from the name to the end of what belongs to it, brackets included. */
	const char *begin;
	const char *end;
	char name[SYMBOL_NAME_SIZE];
	uint64_t offset;
	bool has_size;
	uint64_t size;
	/* "vmlinux", or a module with "_" for "-"; empty: it does not say. */
	char image[SYMBOL_IMAGE_SIZE];
	/* The digits of a build-id, or the first of them; empty: it does not say. */
	char id[SYMBOL_ID_SIZE];
	/* It is of a program or a library, as perf script prints them. */
	bool is_user;
};

/*
 * The first symbol in a text, which may have any bytes: a name, "+0x" and hexadecimal digits; then
 * maybe "/0x" and digits, and then maybe the image, as " [ext4]", " [ext4 1234abcd]" and, from
 * perf, " ([ext4])", " ([kernel.kallsyms])" or " (/path/of/ext4.ko)". False: there is none.
 */
bool symbol_text_next(const char *text, const char *end, struct symbol_text *ret);

/* The same of a text that is nothing else. */
bool symbol_text_parse(const char *text, struct symbol_text *ret);

#endif
