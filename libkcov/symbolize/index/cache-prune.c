// SPDX-License-Identifier: MIT
#include "../base/cleanup.h"
#include "../base/error.h"
#include "../base/export.h"
#include "cache-size.h"
#include "cache-trim.h"
#include "cache.h"

#include <errno.h>
#include <string.h>

static int fail(struct kcov_symbolize_error **error, const struct kcov_cache_left *left)
{
	if (!left->path)
		return kcov_error_set(error, -ENOMEM, "the cache");
	return kcov_error_set(error, left->rc, "%s: cannot be removed: %s", left->path,
			      strerror(-left->rc));
}

static int prune(const struct kcov_cache_trim *trim, struct kcov_symbolize_error **error,
		 struct kcov_cache_left *left)
{
	int rc = kcov_cache_trim(trim, left);

	/* Nothing was ever kept. */
	if (rc == 0 || rc == -ENOENT)
		return left->rc < 0 ? fail(error, left) : 0;
	return kcov_error_set(error, rc, "%s: %s", trim->directory, strerror(-rc));
}

KCOV_PUBLIC int kcov_cache_prune(void (*removed)(void *context, const char *path, uint64_t size),
				 void *context, struct kcov_symbolize_error **error, uint64_t *ret)
{
	_cleanup_free_ char *directory = NULL;
	struct kcov_cache_trim trim = { .is_thorough = true,
					.removed = removed,
					.context = context };
	struct kcov_cache_left left = {};
	int rc = kcov_cache_size_read(&trim.limit);

	if (rc < 0)
		return kcov_error_set(error, rc,
				      "$KCOV_CACHE_SIZE is no size: a number of bytes, or one with "
				      "K, M, G or T behind it");
	rc = kcov_cache_directory(&directory);
	if (rc < 0)
		return kcov_error_set(
			error, rc, "there is no cache: neither $XDG_CACHE_HOME nor $HOME is set");
	trim.directory = directory;
	rc = prune(&trim, error, &left);
	free(left.path);
	if (rc == 0)
		*ret = left.size;
	return rc;
}
