/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_HEADER_FILES_H
#define KCOVCTL_HEADER_FILES_H

#include <stdbool.h>
#include <string.h>

/* Whether a file is one that others include, so that what it has runs everywhere. */
static inline bool is_header(const char *file)
{
	const size_t n = strlen(file);

	return n > 2 && strcmp(file + n - 2, ".h") == 0;
}

#endif
