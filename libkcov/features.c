// SPDX-License-Identifier: MIT
#include "internal.h"
#include "sys.h"
#include "uapi.h"

#include <errno.h>

static int kcov_try_mode(struct kcov *kcov, enum kcov_mode mode, unsigned int feature,
			 unsigned int *features)
{
	int err = kcov_enable(kcov, mode);

	if (err == -EBUSY)
		return err;
	if (!err) {
		kcov_disable(kcov);
		*features |= feature;
	}
	return 0;
}

/* Without handles no section ever reports to the device: nothing is disturbed. */
static void kcov_try_remote(struct kcov *kcov, unsigned int *features)
{
	struct kcov_remote_arg arg = { .trace_mode = KCOV_TRACE_PC };

	arg.area_size = (uint32_t)kcov->words;
	if (kcov_sys_ioctl_ptr(kcov->fd, KCOV_REMOTE_ENABLE, &arg))
		return;
	kcov_disable(kcov);
	*features |= KCOV_FEATURE_REMOTE;
}

KCOV_PUBLIC int kcov_features(const char *path, unsigned int *ret)
{
	const struct kcov_opts opts = { .size = sizeof(opts), .path = path, .capacity = 1 };
	unsigned int features = 0;
	struct kcov *kcov;
	int err;

	err = kcov_open(&opts, &kcov);
	if (err)
		return err;
	err = kcov_try_mode(kcov, KCOV_MODE_PC, KCOV_FEATURE_PC, &features);
	if (!err)
		err = kcov_try_mode(kcov, KCOV_MODE_CMP, KCOV_FEATURE_CMP, &features);
	if (!err)
		kcov_try_remote(kcov, &features);
	kcov_close(kcov);
	if (err)
		return err;
	*ret = features;
	return 0;
}
