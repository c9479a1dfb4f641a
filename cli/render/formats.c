// SPDX-License-Identifier: MIT
#include "formats.h"

#include "../text/names.h"

#include <string.h>

extern const struct format format_summary, format_functions, format_trace, format_raw, format_json;

/* The first is the default. */
static const struct format *const formats[] = {
	&format_summary, &format_functions, &format_trace, &format_raw, &format_json,
};

enum {
	N_FORMATS = sizeof(formats) / sizeof(formats[0]),
};

const struct format *formats_find(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (!name || strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

size_t formats_name(unsigned int can, const char *word, char *room, size_t size)
{
	struct names names = { .word = word, .room = room, .size = size };
	size_t left = 0;

	for (size_t i = 0; i < N_FORMATS; i++)
		left += (formats[i]->can & can) == can;
	room[0] = '\0';
	for (size_t i = 0; i < N_FORMATS; i++)
		if ((formats[i]->can & can) == can)
			names_add(&names, formats[i]->name, --left == 0);
	return names.n;
}
