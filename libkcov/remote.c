// SPDX-License-Identifier: MIT
#include "opts.h"
#include "sys.h"
#include "try.h"
#include "uapi.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Two of 2^32 random instances seldom meet: more is somebody's mistake. */
#define KCOV_AUTO_TRIES 16

/* The kernel's argument with room for all handles, zero to the last byte of padding. */
union kcov_remote_request {
	struct kcov_remote_arg arg;
	uint8_t bytes[sizeof(struct kcov_remote_arg) + KCOV_MAX_HANDLES * sizeof(uint64_t)];
};

static int kcov_handles_check(const struct kcov_remote_opts *opts)
{
	int err;

	if (opts->n_handles > KCOV_MAX_HANDLES)
		return -EMSGSIZE;
	if (!opts->n_handles && !opts->common_handle)
		return -EDESTADDRREQ;
	for (size_t i = 0; i < opts->n_handles; i++) {
		err = kcov_handle_check(opts->handles[i], KCOV_HANDLE_GLOBAL);
		if (err)
			return err;
	}
	if (!opts->common_handle || opts->common_handle == KCOV_COMMON_AUTO)
		return 0;
	return kcov_handle_check(opts->common_handle, KCOV_HANDLE_COMMON);
}

static int kcov_remote_opts_read(const struct kcov_remote_opts *opts, struct kcov_remote_opts *ret)
{
	struct kcov_remote_opts known = {
		.size = sizeof(known),
		.area_size = KCOV_DEFAULT_AREA_SIZE,
		.common_handle = KCOV_COMMON_AUTO,
	};
	int err;

	if (opts)
		memset(&known, 0, sizeof(known));
	err = kcov_opts_copy(opts, sizeof(known), &known);
	if (err)
		return err;
	if (!kcov_is_mode(known.mode))
		return -EINVAL;
	/* The kernel takes any size, and then fails at each section without a word. */
	if (known.area_size < 2 || known.area_size > INT_MAX / sizeof(uint64_t))
		return -ERANGE;
	err = kcov_handles_check(&known);
	if (err)
		return err;
	*ret = known;
	return 0;
}

/*
 * EINVAL is for a device that is enabled and for a subsystem that this kernel does not
 * know. In the second case it has nothing against the call without handles.
 */
static int kcov_remote_einval(struct kcov *kcov)
{
	return kcov_try_remote(kcov) ? -EINVAL : -ENXIO;
}

static int kcov_remote_try(struct kcov *kcov, struct kcov_remote_arg *arg, bool auto_common)
{
	uint32_t instance;
	int err = -EEXIST;

	if (!auto_common)
		return kcov_sys_ioctl_ptr(kcov->fd, KCOV_REMOTE_ENABLE, arg);
	for (int i = 0; i < KCOV_AUTO_TRIES && err == -EEXIST; i++) {
		err = kcov_sys_random(&instance);
		if (err)
			return err;
		/* 0 is the one instance that is none. */
		arg->common_handle = instance ? instance : 1;
		err = kcov_sys_ioctl_ptr(kcov->fd, KCOV_REMOTE_ENABLE, arg);
	}
	return err;
}

KCOV_PUBLIC int kcov_enable_remote(struct kcov *kcov, const struct kcov_remote_opts *opts)
{
	union kcov_remote_request request;
	struct kcov_remote_opts known;
	int err;

	err = kcov_remote_opts_read(opts, &known);
	if (err)
		return err;
	memset(&request, 0, sizeof(request));
	request.arg.trace_mode = known.mode;
	request.arg.area_size = known.area_size;
	request.arg.num_handles = (uint32_t)known.n_handles;
	request.arg.common_handle = known.common_handle;
	for (size_t i = 0; i < known.n_handles; i++)
		request.arg.handles[i] = known.handles[i];
	err = kcov_remote_try(kcov, &request.arg, known.common_handle == KCOV_COMMON_AUTO);
	if (err == -EINVAL)
		err = kcov_remote_einval(kcov);
	if (err)
		return err;
	kcov->mode = known.mode;
	kcov->mode_known = true;
	kcov->owner = kcov_self();
	kcov->common_handle = request.arg.common_handle;
	kcov->area_size = known.area_size;
	return 0;
}

/*
 * The local device was enabled, so that this thread had none before; if it cannot own a
 * remote one besides but can alone, it is not the thread, it is the kernel.
 */
static int kcov_remote_ebusy(struct kcov *remote, const struct kcov_remote_opts *opts)
{
	int err = kcov_enable_remote(remote, opts);

	if (err)
		return err;
	kcov_disable(remote);
	return -EOPNOTSUPP;
}

KCOV_PUBLIC int kcov_enable_with_remote(struct kcov *local, enum kcov_mode mode,
					struct kcov *remote, const struct kcov_remote_opts *opts)
{
	int err;

	err = kcov_enable(local, mode);
	if (err)
		return err;
	err = kcov_enable_remote(remote, opts);
	if (!err)
		return 0;
	kcov_disable(local);
	return err == -EBUSY ? kcov_remote_ebusy(remote, opts) : err;
}

KCOV_PUBLIC uint64_t kcov_common_handle(const struct kcov *kcov)
{
	return kcov->common_handle;
}
