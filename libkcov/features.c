// SPDX-License-Identifier: MIT
#include "protect.h"
#include "try-kaslr.h"
#include "try.h"

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

/* From Linux 7.2 on a thread can be busy remotely alone. */
static int kcov_try_remote_feature(struct kcov *kcov, unsigned int *features)
{
	int err = kcov_try_remote(kcov);

	if (!err)
		*features |= KCOV_FEATURE_REMOTE;
	return err == -EBUSY ? err : 0;
}

static int kcov_try_simultaneous(struct kcov *local, const struct kcov_opts *opts,
				 unsigned int *features)
{
	struct kcov *remote;
	int err;

	if (!(*features & KCOV_FEATURE_REMOTE))
		return 0;
	err = kcov_open(opts, &remote);
	if (err)
		return err;
	err = kcov_enable(local, KCOV_MODE_PC);
	if (!err) {
		if (kcov_try_remote(remote) == 0)
			*features |= KCOV_FEATURE_SIMULTANEOUS;
		kcov_disable(local);
	}
	kcov_close(remote);
	return err;
}

static int kcov_try_all(struct kcov *kcov, const struct kcov_opts *opts, unsigned int *features)
{
	int err;

	err = kcov_try_mode(kcov, KCOV_MODE_PC, KCOV_FEATURE_PC, features);
	if (!err)
		err = kcov_try_mode(kcov, KCOV_MODE_CMP, KCOV_FEATURE_CMP, features);
	if (!err)
		err = kcov_try_remote_feature(kcov, features);
	if (err)
		return err;
	if (kcov_try_reset_trace(kcov) == 0)
		*features |= KCOV_FEATURE_RESET_TRACE;
	if (kcov_protect_pkey() >= 0)
		*features |= KCOV_FEATURE_PKEY;
	if (kcov_try_kaslr(kcov))
		*features |= KCOV_FEATURE_KASLR;
	/* The device was opened with the number of a 64-bit kernel's INIT_TRACE. */
	if (sizeof(long) < sizeof(uint64_t))
		*features |= KCOV_FEATURE_COMPAT;
	return kcov_try_simultaneous(kcov, opts, features);
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
	err = kcov_try_all(kcov, &opts, &features);
	kcov_close(kcov);
	if (err)
		return err;
	*ret = features;
	return 0;
}
