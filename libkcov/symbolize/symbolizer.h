/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_SYMBOLIZER_H
#define KCOV_SYMBOLIZE_SYMBOLIZER_H

#include "host.h"

#include <kcov/symbolize.h>

/* kcov_symbolizer_open_kernel() for the kernel of a host. */
int kcov_symbolizer_open_host(const struct kcov_host *host, const char *vmlinux,
			      struct kcov_symbolize_error **error, struct kcov_symbolizer **ret);

#endif
