/* SPDX-License-Identifier: MIT */
/* What a kcovctl that was killed left behind, looked at before SQLite opens the recording. */
#ifndef KCOVCTL_RECOVER_H
#define KCOVCTL_RECOVER_H

#include <stdbool.h>

/*
 * If a checkpoint was broken off, the file becomes what it was before it, and a WAL that is damaged
 * is told. Where another kcovctl writes it, nothing is done. is_locked: fd has the lock of the one
 * that writes it. 0, or -1, and why was told.
 */
int recover(const char *path, int fd, bool is_locked);

/* Whether there is a WAL beside it. 1, 0, or -1: no memory, which was told. */
int recover_has_wal(const char *path);

#endif
