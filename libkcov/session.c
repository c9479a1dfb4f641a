// SPDX-License-Identifier: MIT
#include "protect.h"
#include "sys.h"
#include "uapi.h"

#include <errno.h>

const void *kcov_self(void)
{
	static _Thread_local char self;

	return &self;
}

KCOV_PUBLIC int kcov_enable(struct kcov *kcov, enum kcov_mode mode)
{
	int err;

	/* Other trees have more modes, whose buffers nobody here could read. */
	if (!kcov_is_mode(mode))
		return -EINVAL;
	err = kcov_sys_ioctl(kcov->fd, KCOV_ENABLE, mode);
	if (err)
		return err;
	kcov->mode = mode;
	kcov->mode_known = true;
	kcov->owner = kcov_self();
	/* Of an owner that died. */
	kcov->common_handle = 0;
	return 0;
}

KCOV_PUBLIC int kcov_disable(struct kcov *kcov)
{
	int err = kcov_sys_ioctl(kcov->fd, KCOV_DISABLE, 0);

	if (err)
		return err;
	kcov->owner = NULL;
	kcov->common_handle = 0;
	return 0;
}

KCOV_PUBLIC int kcov_reset(struct kcov *kcov)
{
	if (kcov->protection != KCOV_PROTECT_GUARD)
		return kcov_protect_reset(kcov);
	kcov_area_reset(kcov->area);
	return 0;
}

KCOV_PUBLIC size_t kcov_count(const struct kcov *kcov)
{
	return kcov_area_count(kcov_area(kcov), kcov_words_to_entries(kcov->words, kcov->mode));
}

KCOV_PUBLIC bool kcov_is_full(const struct kcov *kcov)
{
	return kcov_count(kcov) == kcov_words_to_entries(kcov->words, kcov->mode);
}
