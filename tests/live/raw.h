/* SPDX-License-Identifier: MIT */
/*
 * The interface used by hand, as the kernel's documentation teaches it, without
 * libkcov: what the library and kcovctl are compared with.
 */
#ifndef KCOV_RAW_H
#define KCOV_RAW_H

#include <fcntl.h>
#include <linux/kcov.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define RAW_WORDS (1 << 20)

static inline void raw_or_die(int failed, const char *what)
{
	if (failed) {
		perror(what);
		exit(1);
	}
}

static inline int raw_open(uint64_t **area)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	raw_or_die(fd < 0, "open");
	raw_or_die(ioctl(fd, KCOV_INIT_TRACE, RAW_WORDS), "KCOV_INIT_TRACE");
	*area = mmap(NULL, RAW_WORDS * sizeof(**area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	raw_or_die(*area == MAP_FAILED, "mmap");
	return fd;
}

#endif
