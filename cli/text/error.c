// SPDX-License-Identifier: MIT
#include "error.h"

#include "plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What users name may have any byte. */
static void say(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	if (text)
		plain_make(text);
	fprintf(stderr, "kcovctl: %s\n", text ? text : format);
	free(text);
}

void error_tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}
