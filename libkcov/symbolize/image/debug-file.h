/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DEBUG_FILE_H
#define KCOV_SYMBOLIZE_DEBUG_FILE_H

#include "host.h"
#include "image.h"

/*
 * Where distributions put the debug file of a build-id, to be freed by the caller; NULL: out of
 * memory.
 */
char *kcov_debug_file_path(const struct kcov_host *host, const struct kcov_build_id *id);

/*
 * See to it that an image has DWARF: what was stripped off it is looked for by its build-id, and
 * by the name and the sum in its .gnu_debuglink beside it, in .debug there, and in
 * /usr/lib/debug. Returns 0, -ENOENT: there is none, or -ENOMEM.
 */
int kcov_debug_file_search(const struct kcov_host *host, struct kcov_image *image);

/*
 * The same, and debuginfod is asked if the host says so. Returns 0, or
 *	-ENODATA: there is none;
 *	-ENOMEM, or what kcov_debuginfod_find() says.
 */
int kcov_debug_file_require(const struct kcov_host *host, struct kcov_image *image,
			    struct kcov_symbolize_error **error);

#endif
