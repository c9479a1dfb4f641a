/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_LAYOUT_DESCRIBE_H
#define KCOV_SYMBOLIZE_LAYOUT_DESCRIBE_H

#include "../image/host.h"

#include <kcov/symbolize.h>

/*
 * The layout of the kernel that runs on a host, as text to be freed. Returns 0, or
 *	-EPERM: /proc/kallsyms or /sys/kernel/notes does not show what is needed;
 *	-ENOMEM.
 */
int kcov_layout_describe_host(const struct kcov_host *host, struct kcov_symbolize_error **error,
			      char **ret);

#endif
