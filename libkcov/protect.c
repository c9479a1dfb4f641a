// SPDX-License-Identifier: MIT
#include "protect.h"

#include "sys.h"
#include "uapi.h"

#include <errno.h>

static size_t kcov_buffer_size(const struct kcov *kcov)
{
	return kcov->words * sizeof(uint64_t);
}

/*
 * A process has some fifteen keys, so that all devices share one, which is never given
 * back. Two threads that come here first at once take one each, and one gives way.
 */
int kcov_protect_pkey(void)
{
	static int shared = -1;
	int pkey = __atomic_load_n(&shared, __ATOMIC_ACQUIRE);
	int mine;

	if (pkey >= 0)
		return pkey;
	mine = kcov_sys_pkey_alloc();
	if (mine < 0)
		return -EOPNOTSUPP;
	/* A kernel can know keys that this libc does not. */
	if (kcov_sys_pkey_set(mine, false)) {
		kcov_sys_pkey_free(mine);
		return -EOPNOTSUPP;
	}
	if (__atomic_compare_exchange_n(&shared, &pkey, mine, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return mine;
	kcov_sys_pkey_free(mine);
	return pkey;
}

static int kcov_protect_by_pkey(struct kcov *kcov)
{
	int pkey = kcov_protect_pkey();
	int err;

	if (pkey < 0)
		return pkey;
	err = kcov_sys_pkey_set(pkey, false);
	if (err)
		return err;
	err = kcov_sys_pkey_protect(kcov->area, kcov_buffer_size(kcov), pkey);
	if (err)
		return err;
	kcov->pkey = pkey;
	return 0;
}

static int kcov_protect_as(struct kcov *kcov, enum kcov_protection protection)
{
	int err = 0;

	if (protection == KCOV_PROTECT_PKEY)
		err = kcov_protect_by_pkey(kcov);
	else if (protection == KCOV_PROTECT_READ_ONLY || protection == KCOV_PROTECT_MPROTECT)
		err = kcov_sys_protect(kcov->area, kcov_buffer_size(kcov), false);
	if (!err)
		kcov->protection = protection;
	return err;
}

int kcov_protect(struct kcov *kcov, enum kcov_protection wanted)
{
	int err;

	if (wanted != KCOV_PROTECT_AUTO)
		return kcov_protect_as(kcov, wanted);
	err = kcov_protect_as(kcov, KCOV_PROTECT_PKEY);
	if (err == -EOPNOTSUPP)
		err = kcov_protect_as(kcov, KCOV_PROTECT_MPROTECT);
	return err;
}

/* Only the page with the count: the kernel records its work on each page. */
static int kcov_reset_by_mprotect(struct kcov *kcov)
{
	const size_t page = kcov_sys_page_size();
	int err = kcov_sys_protect(kcov->area, page, true);

	if (err)
		return err;
	kcov_area_reset(kcov->area);
	return kcov_sys_protect(kcov->area, page, false);
}

int kcov_protect_reset(struct kcov *kcov)
{
	if (kcov->protection == KCOV_PROTECT_READ_ONLY)
		return kcov_sys_ioctl(kcov->fd, KCOV_RESET_TRACE, 0);
	if (kcov->protection == KCOV_PROTECT_MPROTECT)
		return kcov_reset_by_mprotect(kcov);
	kcov_sys_pkey_set(kcov->pkey, true);
	kcov_area_reset(kcov->area);
	kcov_sys_pkey_set(kcov->pkey, false);
	return 0;
}

void kcov_protect_allow_reading(const struct kcov *kcov)
{
	kcov_sys_pkey_set(kcov->pkey, false);
}

KCOV_PUBLIC enum kcov_protection kcov_protection(const struct kcov *kcov)
{
	return kcov->protection;
}
