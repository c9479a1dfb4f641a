/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_KERNEL_SYMBOLS_H
#define KCOV_SYMBOLIZE_KERNEL_SYMBOLS_H

#include "kernel.h"
#include "known-image.h"

/* What /proc/kallsyms has of the kernel itself: it does for an image without lines. */
struct kcov_kernel_symbols {
	struct kcov_build_id build_id;
	/* The kernel, the only one of them all. */
	struct kcov_modules modules;
	struct kcov_kallsyms symbols;
	struct kcov_arena arena;
	/* Refers to what is above. */
	struct kcov_known_image image;
};

/*
 * Let a kernel be that of a host, of which there is no image, and read its symbols. Returns 0, or
 *	-EPERM: /proc/kallsyms shows only zeros, or cannot be read;
 *	-ENOTSUP: it is not known where this kernel was linked to;
 *	-ENOMEM.
 * Both are to be ended in any case.
 */
int kcov_kernel_symbols_init(const struct kcov_host *host, struct kcov_symbolize_error **error,
			     struct kcov_kernel *kernel, struct kcov_kernel_symbols *ret);

void kcov_kernel_symbols_fini(struct kcov_kernel_symbols *symbols);

#endif
