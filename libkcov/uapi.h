/* SPDX-License-Identifier: MIT */
/*
 * The kernel's side of the interface, as this library needs it.
 *
 * <linux/kcov.h> encodes KCOV_INIT_TRACE with the size of the process's long,
 * while the kernel compares it with its own: a 32-bit process needs the number of
 * the 64-bit kernel, as all words of the buffer are the kernel's, too.
 */
#ifndef KCOV_UAPI_H
#define KCOV_UAPI_H

#include <linux/ioctl.h>
#include <linux/kcov.h>
#include <stdint.h>

#define KCOV_INIT_TRACE64 _IOR('c', 1, uint64_t)

/* Proposed for mainline; kernels that have it are told by trying. */
#ifndef KCOV_RESET_TRACE
#define KCOV_RESET_TRACE _IO('c', 104)
#endif

#endif
