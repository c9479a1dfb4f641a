/* SPDX-License-Identifier: MIT */
/* What arguments of kcovctl symbolize ask for: an address or a symbol each. */
#ifndef KCOVCTL_QUESTION_H
#define KCOVCTL_QUESTION_H

#include "symbol-text.h"

#include <stdbool.h>
#include <stdint.h>

/* What an argument asks for; with those behind it if a shell has split a symbol. */
struct question {
	bool is_symbol;
	uint64_t address;
	struct symbol_text symbol;
	/* What the symbol is in. */
	char text[SYMBOL_TEXT_MAX + 1];
};

/*
 * The first of n arguments, with those behind it that belong to it: "symbol+0x10 [module build-id]"
 * may be three. Returns how many arguments it is; 0: it is no question.
 */
int question_parse(char *const *args, int n, struct question *ret);

#endif
