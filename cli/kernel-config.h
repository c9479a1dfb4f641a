/* SPDX-License-Identifier: MIT */
/* The configuration that the running kernel was built with. */
#ifndef KCOVCTL_KERNEL_CONFIG_H
#define KCOVCTL_KERNEL_CONFIG_H

#include <stdbool.h>

struct kernel_config {
	/* The file that was read. */
	char path[512];
	bool kcov;
	bool comparisons;
	bool instrument_all;
};

/*
 * From /proc/config.gz or where distributions put it. 0, or -ENOENT: there is none;
 * -EIO: it cannot be read to its end.
 */
int kernel_config_read(struct kernel_config *ret);

#endif
