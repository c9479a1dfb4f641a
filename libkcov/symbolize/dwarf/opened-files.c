// SPDX-License-Identifier: MIT
#include "opened-files.h"

#include "../base/cleanup.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct opened {
	char *path;
	/* So that one that is inflated keeps no thread waiting but those that ask for it. */
	pthread_mutex_t lock;
	bool was_tried;
	/* What came of it. */
	int rc;
	const char *cause;
	struct kcov_split_file file;
};

static int opened_compare(const void *a, const void *b)
{
	const struct opened *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void opened_free(void *at)
{
	struct opened *opened = at;

	kcov_split_file_close(&opened->file);
	pthread_mutex_destroy(&opened->lock);
	free(opened->path);
	free(opened);
}

void kcov_opened_files_init(struct kcov_opened_files *files)
{
	*files = (struct kcov_opened_files){};
	pthread_mutex_init(&files->lock, NULL);
}

void kcov_opened_files_fini(struct kcov_opened_files *files)
{
	tdestroy(files->tree, opened_free);
	pthread_mutex_destroy(&files->lock);
	*files = (struct kcov_opened_files){};
}

static struct opened *add(struct kcov_opened_files *files, const char *path)
{
	struct opened *opened = calloc(1, sizeof(*opened));

	if (!opened)
		return NULL;
	pthread_mutex_init(&opened->lock, NULL);
	opened->path = strdup(path);
	if (opened->path && tsearch(opened, &files->tree, opened_compare))
		return opened;
	opened_free(opened);
	return NULL;
}

static struct opened *find(struct kcov_opened_files *files, const char *path)
{
	const struct opened key = { .path = (char *)(uintptr_t)path };
	struct opened *const *found, *ret;

	pthread_mutex_lock(&files->lock);
	found = tfind(&key, &files->tree, opened_compare);
	ret = found ? *found : add(files, path);
	pthread_mutex_unlock(&files->lock);
	return ret;
}

int kcov_opened_files_get(struct kcov_opened_files *files, const char *path, const char **cause,
			  const char **ret_path, const struct kcov_split_file **ret)
{
	struct opened *opened = find(files, path);

	if (!opened)
		return -ENOMEM;
	pthread_mutex_lock(&opened->lock);
	if (!opened->was_tried)
		opened->rc = kcov_split_file_open(path, &opened->cause, &opened->file);
	opened->was_tried = true;
	pthread_mutex_unlock(&opened->lock);
	*cause = opened->cause;
	*ret_path = opened->path;
	*ret = &opened->file;
	return opened->rc;
}
