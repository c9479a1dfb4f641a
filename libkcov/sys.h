/* SPDX-License-Identifier: MIT */
/*
 * The system calls that libkcov makes, and nothing else that touches errno. Unit
 * tests replace this one file by a script (tests/unit/script.c).
 */
#ifndef KCOV_SYS_H
#define KCOV_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The descriptor, or -errno. Opened for reading and writing, close-on-exec. */
int kcov_sys_open(const char *path);

int kcov_sys_close(int fd);

/* A close-on-exec duplicate, min_fd or above, or -errno. */
int kcov_sys_dup_above(int fd, int min_fd);

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg);

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg);

/* Map size bytes of fd from its start, shared, for reading and writing. */
int kcov_sys_map(int fd, size_t size, uint64_t **ret);

int kcov_sys_unmap(uint64_t *area, size_t size);

/* Whether the directory that holds path is on debugfs. */
bool kcov_sys_is_on_debugfs(const char *path);

size_t kcov_sys_page_size(void);

#endif
