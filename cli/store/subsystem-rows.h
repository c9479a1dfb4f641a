/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_SUBSYSTEM_ROWS_H
#define KCOVCTL_SUBSYSTEM_ROWS_H

#include "recording.h"

/*
 * Look for the subsystems of images that a recording has none of, in the trees that their sources
 * are in: the temporary table found_subsystem(image, file, name) has them, by the images' names and
 * the files' paths. Of an image whose tree is not here it has directories, which is told. A result
 * code of SQLite.
 */
int subsystem_rows_find(const struct recording *recording);

#endif
