// SPDX-License-Identifier: MIT
#include "module-file.h"

#include "../base/file.h"
#include "../base/text.h"
#include "debug-file.h"
#include "debuginfod.h"

#include <errno.h>
#include <string.h>

int kcov_module_file_name(const char *path, char **ret)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *ko = strstr(base, ".ko");

	*ret = NULL;
	if (!ko || (ko[3] && ko[3] != '.'))
		return 0;
	*ret = strndup(base, (size_t)(ko - base));
	for (char *at = *ret; at && *at; at++)
		*at = *at == '-' ? '_' : *at;
	return *ret ? 0 : -ENOMEM;
}

int kcov_module_file_open(const struct kcov_host *host, const char *path,
			  struct kcov_symbolize_error **error, struct kcov_image **ret)
{
	_cleanup_image_ struct kcov_image *image = NULL;
	int rc = kcov_image_open_module(path, error, &image);

	if (rc == 0)
		rc = kcov_debug_file_require(host, image, error);
	if (rc < 0)
		return rc;
	image->progress = host->progress;
	*ret = TAKE_PTR(image);
	return 0;
}

/* Whether a path is the file of the module of this name. */
static int is_file_of(const char *path, const char *name)
{
	_cleanup_free_ char *its = NULL;
	int rc = kcov_module_file_name(path, &its);

	return rc < 0 ? rc : its && strcmp(its, name) == 0;
}

/* "path: what it depends on", a line each; NULL: the module has none. To be freed. */
static int find_path(const struct kcov_host *host, const char *name, char **ret)
{
	_cleanup_free_ char *path =
		kcov_host_path(host, "/lib/modules/%s/modules.dep", host->name.release);
	_cleanup_free_ char *data = NULL;
	struct kcov_text text, line;
	size_t size;
	int rc = path ? kcov_file_read(path, SIZE_MAX, &data, &size) : -ENOMEM;

	*ret = NULL;
	if (rc < 0)
		return rc == -ENOMEM ? rc : 0;
	text = (struct kcov_text){ data, size };
	while (kcov_text_line(&text, &line)) {
		const char *colon = memchr(line.at, ':', line.n);
		_cleanup_free_ char *each = NULL;

		if (!colon)
			continue;
		each = strndup(line.at, (size_t)(colon - line.at));
		rc = each ? is_file_of(each, name) : -ENOMEM;
		if (rc > 0)
			*ret = TAKE_PTR(each);
		if (rc)
			return rc < 0 ? rc : 0;
	}
	return 0;
}

/* The path is freed. Returns 0, -ENOENT: it is not the one, or -ENOMEM. */
static int try_path(const struct kcov_host *host, char *path, const struct kcov_build_id *id,
		    struct kcov_image **ret)
{
	_cleanup_free_ char *owned = path;
	_cleanup_image_ struct kcov_image *image = NULL;
	int rc = owned ? kcov_image_open_module(owned, NULL, &image) : -ENOMEM;

	if (rc == 0 && kcov_build_id_equal(&image->build_id, id))
		rc = kcov_debug_file_search(host, image);
	else if (rc == 0)
		rc = -ENOENT;
	if (rc < 0)
		return rc == -ENOMEM ? rc : -ENOENT;
	*ret = TAKE_PTR(image);
	return 0;
}

/*
 * path is as in modules.dep: below /lib/modules/RELEASE, and perhaps of a compressed file. That
 * one comes first, with what was stripped off it: it has the code, too.
 */
static int try_paths(const struct kcov_host *host, const char *path, const struct kcov_build_id *id,
		     struct kcov_image **ret)
{
	static const char *const debug[] = {
		"/usr/lib/debug/lib/modules/%s/%.*s",
		"/usr/lib/debug/lib/modules/%s/%.*s.debug",
		"/usr/lib/debug/usr/lib/modules/%s/%.*s",
		"/usr/lib/debug/usr/lib/modules/%s/%.*s.debug",
	};
	const char *release = host->name.release, *ko = strstr(path, ".ko");
	const int n = (int)(ko ? ko - path + 3 : (ptrdiff_t)strlen(path));
	int rc = try_path(host, kcov_host_path(host, "/lib/modules/%s/%s", release, path), id, ret);

	/* As installed they may be stripped; as built they are not. */
	if (rc == -ENOENT && strncmp(path, "kernel/", 7) == 0)
		rc = try_path(host,
			      kcov_host_path(host, "/lib/modules/%s/build/%.*s", release, n - 7,
					     path + 7),
			      id, ret);
	for (size_t i = 0; rc == -ENOENT && i < sizeof(debug) / sizeof(*debug); i++)
		rc = try_path(host, kcov_host_path(host, debug[i], release, n, path), id, ret);
	return rc;
}

static int ask(const struct kcov_host *host, const struct kcov_build_id *id,
	       struct kcov_image **ret)
{
	char *path;
	int rc = host->debuginfod ? kcov_debuginfod_find(id, NULL, &path) : -ENOENT;

	if (rc < 0)
		return rc == -ENOMEM ? rc : -ENOENT;
	return try_path(host, path, id, ret);
}

int kcov_module_file_search(const struct kcov_host *host, const char *name,
			    const struct kcov_build_id *id, struct kcov_image **ret)
{
	_cleanup_free_ char *path = NULL;
	int rc = find_path(host, name, &path);

	if (rc == 0)
		rc = path ? try_paths(host, path, id, ret) : -ENOENT;
	if (rc == -ENOENT)
		rc = try_path(host, kcov_debug_file_path(host, id), id, ret);
	return rc == -ENOENT ? ask(host, id, ret) : rc;
}
