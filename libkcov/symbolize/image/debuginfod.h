/* SPDX-License-Identifier: MIT */
#ifndef KCOV_SYMBOLIZE_DEBUGINFOD_H
#define KCOV_SYMBOLIZE_DEBUGINFOD_H

#include "build-id.h"

#include <kcov/symbolize.h>

/*
 * Ask the servers of $DEBUGINFOD_URLS for the debug file of a build-id; elfutils' client, which
 * is loaded for that, keeps what it got. *ret is where, to be freed. Returns 0, or
 *	-EINVAL: $DEBUGINFOD_URLS is not set;
 *	-ENOSYS: there is no client;
 *	-ENOENT, or another errno of the client: there is none, or it cannot be had;
 *	-ENOMEM.
 */
int kcov_debuginfod_find(const struct kcov_build_id *id, struct kcov_symbolize_error **error,
			 char **ret);

#endif
