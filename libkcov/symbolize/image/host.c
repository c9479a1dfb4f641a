// SPDX-License-Identifier: MIT
#include "host.h"

#include "../base/cleanup.h"
#include "../base/file.h"

#include <errno.h>
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

int kcov_host_read(const struct kcov_host *host, const char *name, size_t limit, char **ret,
		   struct kcov_text *ret_text)
{
	_cleanup_free_ char *path = kcov_host_path(host, "%s", name);
	size_t size;
	int rc;

	if (!path)
		return -ENOMEM;
	rc = kcov_file_read(path, limit, ret, &size);
	if (rc == 0)
		*ret_text = (struct kcov_text){ *ret, size };
	return rc;
}
