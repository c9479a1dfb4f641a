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

/* The same for reading alone. */
int kcov_sys_open_to_read(const char *path);

int kcov_sys_close(int fd);

/* A close-on-exec duplicate, min_fd or above, or -errno. */
int kcov_sys_dup_above(int fd, int min_fd);

/* How many bytes, or -errno. */
int kcov_sys_read(int fd, void *buffer, size_t size);

int kcov_sys_ioctl(int fd, unsigned long request, unsigned long arg);

int kcov_sys_ioctl_ptr(int fd, unsigned long request, void *arg);

/* Addresses that nothing else is mapped to and that cannot be accessed. */
int kcov_sys_reserve(size_t size, void **ret);

/* Map size bytes of fd from its start at an address that was reserved, shared, for
 * reading and writing. */
int kcov_sys_map(int fd, void *at, size_t size);

/* Put reserved addresses in the place of a mapping. */
int kcov_sys_unmap_to_reserve(void *at, size_t size);

int kcov_sys_unmap(void *at, size_t size);

/* Whether a mapping may be written to; it may be read. */
int kcov_sys_protect(void *at, size_t size, bool writable);

/* A new protection key, or -errno. */
int kcov_sys_pkey_alloc(void);

int kcov_sys_pkey_free(int pkey);

int kcov_sys_pkey_protect(void *at, size_t size, int pkey);

/* What the calling thread may do to mappings with this key. No system call. */
int kcov_sys_pkey_set(int pkey, bool writable);

int kcov_sys_random(uint32_t *ret);

/*
 * What other tasks stored so far is seen from here on, in the order in which they did. Returns
 * 0 or -errno.
 */
int kcov_sys_barrier(void);

/* Of a clock that only goes forward. */
uint64_t kcov_sys_now_ms(void);

/* Or shorter, if there was a signal. */
void kcov_sys_sleep_ms(unsigned int ms);

/* Whether the directory that holds path is on debugfs. */
bool kcov_sys_is_on_debugfs(const char *path);

size_t kcov_sys_page_size(void);

#endif
