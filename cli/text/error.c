// SPDX-License-Identifier: MIT
#include "error.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What users name may have any byte; a message stays one line, and moves no terminal's
 * cursor.
 */
static void say(const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	fputs("kcovctl: ", stderr);
	for (const char *at = text ? text : format; *at; at++)
		fputc(iscntrl((unsigned char)*at) ? '?' : *at, stderr);
	fputc('\n', stderr);
	free(text);
}

void error_tell(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}
