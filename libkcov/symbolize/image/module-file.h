/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_MODULE_FILE_H
#define KCOV_SYMBOLIZE_MODULE_FILE_H

#include "host.h"
#include "image.h"

/*
 * Open the file of a module of the running kernel: the first with DWARF and this build-id of
 * where distributions put it, and where the kernel's build left it. name is as in
 * /proc/modules. Returns 0, -ENOENT: there is none, or -ENOMEM.
 */
int kcov_module_file_search(const struct kcov_host *host, const char *name,
			    const struct kcov_build_id *id, struct kcov_image **ret);

/*
 * Open the file of a module that somebody names, with its DWARF wherever that is. Returns 0, what
 * kcov_image_open_module() and kcov_debug_file_require() do.
 */
int kcov_module_file_open(const struct kcov_host *host, const char *path,
			  struct kcov_symbolize_error **error, struct kcov_image **ret);

/*
 * The name of the module that a path is the file of: a file may have "-" where a name has "_".
 * *ret is to be freed, and NULL if it is no module's. Returns 0 or -ENOMEM.
 */
int kcov_module_file_name(const char *path, char **ret);

#endif
