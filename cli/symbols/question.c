// SPDX-License-Identifier: MIT
#include "question.h"

#include "../text/addresses.h"

#include <stdio.h>

/* The first n arguments, as one text, are a symbol. */
static bool parse_joined(char *const *args, int n, struct question *ret)
{
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		int more = snprintf(ret->text + at, sizeof(ret->text) - at, "%s%s", i ? " " : "",
				    args[i]);

		at += (size_t)more;
		if (at >= sizeof(ret->text))
			return false;
	}
	return symbol_text_parse(ret->text, &ret->symbol) && !ret->symbol.is_user;
}

int question_parse(char *const *args, int n, struct question *ret)
{
	ret->is_symbol = !address_parse(args[0], &ret->address);
	if (!ret->is_symbol)
		return 1;
	for (int words = n < 3 ? n : 3; words > 0; words--)
		if (parse_joined(args, words, ret))
			return words;
	return 0;
}
