// SPDX-License-Identifier: MIT
#include "error.h"

#include "export.h"

#include <elfutils/libdw.h>
#include <errno.h>
#include <libelf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct kcov_symbolize_error {
	char *message;
};

/* For the failure that leaves no room to describe it. */
static struct kcov_symbolize_error out_of_memory = { (char *)"out of memory" };

static struct kcov_symbolize_error *error_new(const char *format, va_list args)
{
	struct kcov_symbolize_error *error = malloc(sizeof(*error));

	if (!error)
		return &out_of_memory;
	if (vasprintf(&error->message, format, args) < 0) {
		free(error);
		return &out_of_memory;
	}
	/* Names from a damaged file must not break the line. */
	for (char *c = error->message; *c; c++)
		if ((unsigned char)*c < ' ')
			*c = '?';
	return error;
}

int kcov_error_set(struct kcov_symbolize_error **error, int rc, const char *format, ...)
{
	va_list args;

	if (!error)
		return rc;
	if (rc == -ENOMEM) {
		*error = &out_of_memory;
		return rc;
	}
	va_start(args, format);
	*error = error_new(format, args);
	va_end(args);
	return rc;
}

KCOV_PUBLIC void kcov_symbolize_error_free(struct kcov_symbolize_error *error)
{
	if (!error || error == &out_of_memory)
		return;
	free(error->message);
	free(error);
}

KCOV_PUBLIC const char *kcov_symbolize_error_message(const struct kcov_symbolize_error *error)
{
	return error->message;
}

const char *kcov_error_libelf(void)
{
	return elf_errmsg(-1);
}

const char *kcov_error_libdw(void)
{
	return dwarf_errmsg(-1);
}
