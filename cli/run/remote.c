// SPDX-License-Identifier: MIT
#include "remote.h"

#include "../text/error.h"

#include <errno.h>
#include <string.h>

/* A section rarely has as many; the kernel keeps such an area for the next one. */
#define MAX_AREA_SIZE (1u << 20)

/*
 * How long nothing may have come for it to be the end, and when to give up: USB's hub, for
 * one, is at work for a second after the command that plugged something in.
 */
#define STILL_MS 1000
#define TIMEOUT_MS 3000

int remote_add(struct remote *remote, const char *text)
{
	uint64_t handle;
	int err;

	if (strcmp(text, "common") == 0)
		handle = KCOV_COMMON_AUTO;
	else if ((err = kcov_handle_parse(text, &handle)))
		return err;
	if (handle == KCOV_COMMON_AUTO || !kcov_handle_check(handle, KCOV_HANDLE_COMMON)) {
		/* A device has one. */
		if (remote->common_handle)
			return -EEXIST;
		remote->common_handle = handle;
		return 0;
	}
	if (remote->n_handles == KCOV_MAX_HANDLES)
		return -EMSGSIZE;
	remote->handles[remote->n_handles++] = handle;
	return 0;
}

int remote_listen(struct remote *remote, const struct kcov_opts *opts)
{
	struct kcov_remote_opts remote_opts = {
		.size = sizeof(remote_opts),
		.mode = opts->mode,
		.handles = remote->handles,
		.n_handles = remote->n_handles,
		.common_handle = remote->common_handle,
		.area_size = MAX_AREA_SIZE,
	};
	int err;

	if (!remote->n_handles && !remote->common_handle)
		return 0;
	err = kcov_open(opts, &remote->kcov);
	if (err) {
		error_tell("cannot open %s for remote records: %s", opts->path,
			   kcov_strerror(KCOV_CALL_OPEN, err));
		return EXIT_RUN_FAILED;
	}
	err = kcov_enable_remote(remote->kcov, &remote_opts);
	if (err) {
		error_tell("cannot record remotely: %s",
			   kcov_strerror(KCOV_CALL_ENABLE_REMOTE, err));
		return EXIT_RUN_FAILED;
	}
	remote->has_common = kcov_common_handle(remote->kcov);
	if (remote->has_common)
		remote->handles[remote->n_handles++] = kcov_common_handle(remote->kcov);
	return 0;
}

unsigned int remote_wait(const struct remote *remote)
{
	const struct kcov_wait_opts opts = { .size = sizeof(opts),
					     .still_ms = STILL_MS,
					     .timeout_ms = TIMEOUT_MS };
	struct kcov_remote_data data = { 0 };

	kcov_wait_remote(remote->kcov, &opts, &data);
	return data.doubts;
}

void remote_close(struct remote *remote)
{
	/* What was asked for may be asked for again. */
	remote->n_handles -= remote->has_common;
	remote->has_common = false;
	kcov_close(remote->kcov);
	remote->kcov = NULL;
}
