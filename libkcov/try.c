// SPDX-License-Identifier: MIT
#include "try.h"

#include "sys.h"
#include "uapi.h"

#include <errno.h>
#include <string.h>

/* Entries that the tail of a call alone does not make. */
#define KCOV_TRY_ENTRIES 64

/*
 * The number means other things in other trees, so the answer of a disabled device
 * (EINVAL where the ioctl is known, ENOTTY where not) is not taken for more than a hint.
 */
int kcov_try_reset_trace(struct kcov *kcov)
{
	bool works = false;
	int err;

	if (kcov_sys_ioctl(kcov->fd, KCOV_RESET_TRACE, 0) != -EINVAL)
		return -EOPNOTSUPP;
	err = kcov_enable(kcov, KCOV_MODE_PC);
	if (err)
		return err == -EBUSY ? err : -EOPNOTSUPP;
	/* Some calls that do nothing but be recorded. */
	for (int i = 0; i < KCOV_TRY_ENTRIES && kcov_count(kcov) < KCOV_TRY_ENTRIES; i++)
		kcov_sys_ioctl(kcov->fd, KCOV_DISABLE, 1);
	if (kcov_count(kcov) >= KCOV_TRY_ENTRIES &&
	    kcov_sys_ioctl(kcov->fd, KCOV_RESET_TRACE, 0) == 0)
		works = kcov_count(kcov) < KCOV_TRY_ENTRIES;
	kcov_disable(kcov);
	/* As it was opened: empty, and of no mode. */
	kcov_area_reset(kcov->area);
	kcov_forget(kcov);
	return works ? 0 : -EOPNOTSUPP;
}

int kcov_try_remote(struct kcov *kcov)
{
	struct kcov_remote_arg arg;
	int err;

	/* Padding included. */
	memset(&arg, 0, sizeof(arg));
	arg.trace_mode = KCOV_TRACE_PC;
	arg.area_size = KCOV_DEFAULT_AREA_SIZE;
	err = kcov_sys_ioctl_ptr(kcov->fd, KCOV_REMOTE_ENABLE, &arg);
	if (!err)
		kcov_sys_ioctl(kcov->fd, KCOV_DISABLE, 0);
	return err;
}
