// SPDX-License-Identifier: MIT
#include "names.h"

#include <stdio.h>

void names_add(struct names *names, const char *name, bool is_last)
{
	const char *before = !names->n ? "" : is_last ? " " : ", ";
	const char *word = names->n && is_last ? names->word : "";

	if (names->length >= names->size)
		return;
	names->length += (size_t)snprintf(names->room + names->length, names->size - names->length,
					  "%s%s%s%s", before, word, *word ? " " : "", name);
	names->n++;
}
