// SPDX-License-Identifier: MIT
#include "file-names.h"

#include <string.h>

size_t file_root_length(const char *path, const char *name)
{
	const size_t n = path ? strlen(path) : 0, tail = name ? strlen(name) : 0;

	return n > tail && tail && strcmp(path + n - tail, name) == 0 ? n - tail : 0;
}

const char *file_name_of(const char *path, const char *name)
{
	if (!name)
		return "";
	return file_root_length(path, name) || !path ? name : path;
}
