/* SPDX-License-Identifier: MIT */
/* The remote device of a run: what --remote asks for. */
#ifndef KCOVCTL_REMOTE_H
#define KCOVCTL_REMOTE_H

#include <kcov/kcov.h>
#include <stdbool.h>

struct remote {
	/* Global handles, and while it listens the common one behind them if there is one. */
	uint64_t handles[KCOV_MAX_HANDLES + 1];
	size_t n_handles;
	bool has_common;
	/* KCOV_COMMON_AUTO for "common"; 0 for none. */
	uint64_t common_handle;
	/* NULL unless it listens. */
	struct kcov *kcov;
};

/*
 * Take a handle as text, or "common" for a fresh common one. 0, an error of KCOV_CALL_HANDLE,
 * -EMSGSIZE if there are too many, or -EEXIST for a second common handle.
 */
int remote_add(struct remote *remote, const char *text);

/*
 * Open a device and own it, on this thread, which must not end before the command; what
 * is forked from now on carries the common handle. 0 if none was asked for. Else an
 * error, which was told.
 */
int remote_listen(struct remote *remote, const struct kcov_opts *opts);

/* What has arrived some time after the command's end, and why it may not be all. */
unsigned int remote_wait(const struct remote *remote);

/* It can listen again then. */
void remote_close(struct remote *remote);

#endif
