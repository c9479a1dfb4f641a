/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_VMLINUX_FILE_H
#define KCOV_SYMBOLIZE_VMLINUX_FILE_H

#include "host.h"
#include "image.h"

/* The image of the running kernel. */

/* Returns 0, -errno: /sys/kernel/notes cannot be read, or -ENODATA: no build-id in it. */
int kcov_vmlinux_build_id(const struct kcov_host *host, struct kcov_build_id *ret);

/* The same for who cannot do without. Returns 0, -EPERM: it cannot be read, or -ENOMEM. */
int kcov_vmlinux_require_build_id(const struct kcov_host *host, struct kcov_symbolize_error **error,
				  struct kcov_build_id *ret);

/* Places where an image may be. */
#define KCOV_VMLINUX_CANDIDATES 7

/*
 * The path of a candidate, below KCOV_VMLINUX_CANDIDATES and in the order in which they
 * are tried, to be freed by the caller; NULL: out of memory.
 */
char *kcov_vmlinux_candidate(const struct kcov_host *host, const struct kcov_build_id *id,
			     unsigned int i);

/*
 * Open the image at path, and refuse it if it is not the running kernel's. Returns as
 * kcov_symbolizer_open_kernel() does for a vmlinux that is given.
 */
int kcov_vmlinux_open(const struct kcov_host *host, const char *path,
		      struct kcov_symbolize_error **error, struct kcov_image **ret);

/*
 * Open the first of the candidates that is an image of the running kernel and has DWARF; if none
 * is, and the host says so, debuginfod is asked. Returns 0, 1: there is none, -ENOMEM, or what
 * kcov_debuginfod_find() and kcov_vmlinux_open() say.
 */
int kcov_vmlinux_search(const struct kcov_host *host, struct kcov_symbolize_error **error,
			struct kcov_image **ret);

#endif
