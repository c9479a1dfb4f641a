/* SPDX-License-Identifier: MIT */
#ifndef KCOVCTL_ERRNO_NAMES_H
#define KCOVCTL_ERRNO_NAMES_H

/* The number of "ENOENT", or of "2"; 0: it is no error of a system call. */
int errno_of_name(const char *name);

#endif
