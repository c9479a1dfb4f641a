/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_CACHE_TRIM_H
#define KCOV_SYMBOLIZE_CACHE_TRIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kcov_cache_trim {
	/* The directory of the cache. */
	const char *directory;
	/* How large it may be, in bytes. */
	uint64_t limit;
	/* A path that is never removed: what was just stored; or NULL. */
	const char *kept;
	/* Whether what no program of this version reads goes, too, however much room there is. */
	bool is_thorough;
	/* Told of each file that was removed, but for links; may be NULL. */
	void (*removed)(void *context, const char *path, uint64_t size);
	void *context;
};

/* What is left, and the first file that could not be removed. */
struct kcov_cache_left {
	uint64_t n;
	uint64_t size;
	/* -errno, and its path, to be freed by the caller; or 0 and NULL. */
	int rc;
	char *path;
};

/*
 * Remove indexes, the one first that was not used for longest, until the cache is not larger than
 * it may be; and links whose index is gone. What others removed meanwhile, or is not ours, is
 * nothing to us, and whoever has mapped what is removed goes on with it. Returns 0, -ENOMEM, or
 * -errno of opendir(3), -ENOENT among them: there is no such directory. ret may be NULL.
 */
int kcov_cache_trim(const struct kcov_cache_trim *trim, struct kcov_cache_left *ret);

#endif
