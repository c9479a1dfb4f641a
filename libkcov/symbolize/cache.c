// SPDX-License-Identifier: MIT
#include "cache.h"

#include "cleanup.h"
#include "file.h"
#include "index-format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int kcov_cache_path(const struct kcov_build_id *id, char **ret)
{
	const char *directory = secure_getenv("XDG_CACHE_HOME"), *below = "";
	char hex[KCOV_BUILD_ID_HEX_SIZE];

	/* What is not absolute is to be ignored, says the XDG specification. */
	if (!directory || *directory != '/') {
		directory = secure_getenv("HOME");
		below = "/.cache";
	}
	if (!directory || *directory != '/')
		return -ENOENT;
	kcov_build_id_format(id, hex);
	if (asprintf(ret, "%s%s/kcov/%s.index-%u", directory, below, hex, KCOV_INDEX_VERSION) < 0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* Each directory that path lies in, but for those that are there. */
static int make_directories(const char *path)
{
	_cleanup_free_ char *part = strdup(path);
	int rc = 0;

	if (!part)
		return -ENOMEM;
	for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		rc = kcov_file_make_directory(part);
		*slash = '/';
	}
	return rc == -EEXIST ? 0 : rc;
}

int kcov_cache_store(const char *path, const void *data, size_t size)
{
	_cleanup_free_ char *aside = NULL;
	int rc;

	if (asprintf(&aside, "%s.XXXXXX", path) < 0) {
		aside = NULL;
		return -ENOMEM;
	}
	rc = make_directories(path);
	if (rc == 0)
		rc = kcov_file_write_new(aside, data, size);
	if (rc == 0)
		rc = kcov_file_rename(aside, path);
	return rc;
}
