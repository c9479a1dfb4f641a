/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_OPENED_FILES_H
#define KCOV_SYMBOLIZE_OPENED_FILES_H

#include "split-file.h"

#include <pthread.h>

/*
 * Files of split DWARF by path, each opened once: what is compiled at one go has one .dwo file of
 * many units, which any number of threads may ask for.
 */
struct kcov_opened_files {
	pthread_mutex_t lock;
	/* See tsearch(3). */
	void *tree;
};

void kcov_opened_files_init(struct kcov_opened_files *files);

void kcov_opened_files_fini(struct kcov_opened_files *files);

/*
 * The file at a path, which stays open as long as files do, as does *ret_path, a copy of the path.
 * As kcov_split_file_open(), which is not asked again if it failed.
 */
int kcov_opened_files_get(struct kcov_opened_files *files, const char *path, const char **cause,
			  const char **ret_path, const struct kcov_split_file **ret);

#endif
