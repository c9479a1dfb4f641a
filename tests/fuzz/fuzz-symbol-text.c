// SPDX-License-Identifier: MIT
/* Symbols in any text, and how they are meant, as kcovctl symbolize reads it. */
#include "symbols/stack-text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is found lies in the text, behind what was found before, and is found again by itself. */
static void check(const char *at, const char *end, const struct symbol_text *symbol)
{
	struct symbol_text again;
	char whole[SYMBOL_TEXT_MAX + 1];
	const size_t n = (size_t)(symbol->end - symbol->begin);

	if (symbol->begin < at || symbol->end <= symbol->begin || symbol->end > end ||
	    n > SYMBOL_TEXT_MAX)
		abort();
	memcpy(whole, symbol->begin, n);
	whole[n] = '\0';
	if (strlen(whole) == n &&
	    (!symbol_text_parse(whole, &again) || strcmp(again.name, symbol->name) != 0 ||
	     strcmp(again.image, symbol->image) != 0 || again.offset != symbol->offset ||
	     again.size != symbol->size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stack_text stack = { 0 };
	struct symbol_text symbol;
	const char *at, *end;
	/* Exactly as long, so that what is read beyond is seen. */
	char *text = malloc(size ? size : 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	end = text + size;
	for (at = text; symbol_text_next(at, end, &symbol); at = symbol.end) {
		check(at, end, &symbol);
		stack_text_place(&stack, text, end, &symbol);
	}
	free(text);
	return 0;
}
