/* SPDX-License-Identifier: MIT */
/* What source files are called in a recording. */
#ifndef KCOVCTL_FILE_NAMES_H
#define KCOVCTL_FILE_NAMES_H

#include <stddef.h>

/* How much of a path is in front of the name in the tree, if it ends in that; else 0. */
size_t file_root_length(const char *path, const char *name);

/* A file's name in the tree, or else all of its path: there is one of them in an image. Either may
 * be NULL. */
const char *file_name_of(const char *path, const char *name);

#endif
