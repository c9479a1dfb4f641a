/* SPDX-License-Identifier: MIT */
/*
 * One kcovctl at a time writes a recording, and others may read it: a lock of a byte far behind
 * those that SQLite locks. (flock() would be in their way where it is a lock of all bytes, as on 9p
 * and NFS.) It ends with the descriptor.
 */
#ifndef KCOVCTL_WRITER_LOCK_H
#define KCOVCTL_WRITER_LOCK_H

/* 0 or -errno; -EAGAIN: another one has it, -EBADF: fd cannot be written to. */
int writer_lock_take(int fd);

/* 1: another one has it; 0 or -errno. */
int writer_lock_test(int fd);

void writer_lock_drop(int fd);

#endif
