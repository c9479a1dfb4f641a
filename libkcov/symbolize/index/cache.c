// SPDX-License-Identifier: MIT
#include "cache.h"

#include "../base/cleanup.h"
#include "../base/file.h"
#include "cache-name.h"
#include "cache-size.h"
#include "cache-trim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int kcov_cache_directory(char **ret)
{
	const char *directory = secure_getenv("XDG_CACHE_HOME"), *below = "";

	/* What is not absolute is to be ignored, says the XDG specification. */
	if (!directory || *directory != '/') {
		directory = secure_getenv("HOME");
		below = "/.cache";
	}
	if (!directory || *directory != '/')
		return -ENOENT;
	if (asprintf(ret, "%s%s/kcov", directory, below) < 0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

/* The path of a name in the directory. */
static int path_of(const char *name, char **ret)
{
	_cleanup_free_ char *directory = NULL;
	int rc = kcov_cache_directory(&directory);

	if (rc < 0)
		return rc;
	if (asprintf(ret, "%s/%s", directory, name) < 0) {
		*ret = NULL;
		return -ENOMEM;
	}
	return 0;
}

int kcov_cache_path(const struct kcov_build_id *id, uint64_t sum, char **ret)
{
	char name[KCOV_CACHE_NAME_SIZE];

	return path_of(kcov_cache_name_format(id, sum, name), ret);
}

int kcov_cache_recall(const struct kcov_build_id *id, uint64_t state, uint64_t *ret)
{
	char link[KCOV_CACHE_NAME_SIZE], name[KCOV_CACHE_NAME_SIZE], wanted[KCOV_CACHE_NAME_SIZE];
	struct kcov_cache_name parsed;
	_cleanup_free_ char *path = NULL;
	int rc = path_of(kcov_cache_name_format_link(state, link), &path);

	if (rc < 0)
		return rc;
	if (kcov_file_read_link(path, name, sizeof(name)) < 0)
		return -ENOENT;
	/* It may lead anywhere. */
	kcov_cache_name_parse(name, &parsed);
	if (parsed.kind != KCOV_CACHE_INDEX ||
	    strcmp(name, kcov_cache_name_format(id, parsed.sum, wanted)) != 0)
		return -ENOENT;
	*ret = parsed.sum;
	return 0;
}

void kcov_cache_remember(const struct kcov_build_id *id, uint64_t state, uint64_t sum)
{
	char link[KCOV_CACHE_NAME_SIZE], name[KCOV_CACHE_NAME_SIZE];
	_cleanup_free_ char *path = NULL;

	if (path_of(kcov_cache_name_format_link(state, link), &path) == 0)
		kcov_file_link(kcov_cache_name_format(id, sum, name), path);
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

/* Let the cache be no larger than it may be, which what was just stored is not. */
static void trim(const char *stored)
{
	_cleanup_free_ char *directory = NULL;

	if (kcov_cache_directory(&directory) < 0)
		return;
	kcov_cache_trim(&(const struct kcov_cache_trim){ .directory = directory,
							 .limit = kcov_cache_size(),
							 .kept = stored },
			NULL);
}

int kcov_cache_store(const char *path, const void *data, size_t size)
{
	_cleanup_free_ char *aside = NULL;
	int rc;

	/* All else would have to go for what does not fit either. */
	if (size > kcov_cache_size())
		return -EFBIG;
	if (asprintf(&aside, "%s.XXXXXX", path) < 0) {
		aside = NULL;
		return -ENOMEM;
	}
	rc = make_directories(path);
	if (rc == 0)
		rc = kcov_file_write_new(aside, data, size);
	if (rc == 0)
		rc = kcov_file_rename(aside, path);
	if (rc == 0)
		trim(path);
	return rc;
}
