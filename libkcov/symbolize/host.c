// SPDX-License-Identifier: MIT
#include "host.h"

#include "cleanup.h"

#include <stdarg.h>
#include <stdio.h>

void kcov_host_init(struct kcov_host *ret)
{
	*ret = (struct kcov_host){ .root = "", .whose = "the running kernel" };
	/* Fails only on a bad pointer. */
	uname(&ret->name);
}

char *kcov_host_path(const struct kcov_host *host, const char *format, ...)
{
	_cleanup_free_ char *path = NULL;
	char *whole;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&path, format, args);
	va_end(args);
	if (n < 0) {
		path = NULL;
		return NULL;
	}
	return asprintf(&whole, "%s%s", host->root, path) < 0 ? NULL : whole;
}
