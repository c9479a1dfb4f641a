/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_OPEN_SYMBOLIZER_H
#define KCOVCTL_OPEN_SYMBOLIZER_H

#include <kcov/symbolize.h>

/* For an image, or for the running kernel: NULL. 0, or EXIT_FAILED, and why was told. */
int open_symbolizer(const char *vmlinux, struct kcov_symbolizer **ret);

#endif
