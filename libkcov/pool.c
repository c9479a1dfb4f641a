// SPDX-License-Identifier: MIT
#include "internal.h"
#include "sys.h"
#include "uapi.h"

#include <errno.h>
#include <stdlib.h>

struct kcov_slot {
	struct kcov *kcov;
	/* Whoever makes it true has the device, whoever makes it false had it. */
	bool taken;
};

struct kcov_pool {
	size_t n_slots;
	struct kcov_slot slots[];
};

KCOV_PUBLIC int kcov_pool_open(const struct kcov_opts *opts, size_t devices, struct kcov_pool **ret)
{
	struct kcov_pool *pool;
	int err;

	if (!devices)
		return -EINVAL;
	if (devices > (SIZE_MAX - sizeof(*pool)) / sizeof(pool->slots[0]))
		return -ENOMEM;
	pool = calloc(1, sizeof(*pool) + devices * sizeof(pool->slots[0]));
	if (!pool)
		return -ENOMEM;
	for (; pool->n_slots < devices; pool->n_slots++) {
		err = kcov_open(opts, &pool->slots[pool->n_slots].kcov);
		if (err) {
			kcov_pool_close(pool);
			return err;
		}
	}
	*ret = pool;
	return 0;
}

KCOV_PUBLIC int kcov_pool_close(struct kcov_pool *pool)
{
	int result = 0;

	if (!pool)
		return 0;
	for (size_t i = 0; i < pool->n_slots; i++) {
		int err = kcov_close(pool->slots[i].kcov);

		if (err)
			result = err;
	}
	free(pool);
	return result;
}

KCOV_PUBLIC int kcov_pool_take(struct kcov_pool *pool, struct kcov **ret)
{
	for (size_t i = 0; i < pool->n_slots; i++) {
		struct kcov_slot *slot = &pool->slots[i];

		/* Looked at before it is written to: others' cache lines stay theirs. */
		if (__atomic_load_n(&slot->taken, __ATOMIC_RELAXED) ||
		    __atomic_exchange_n(&slot->taken, true, __ATOMIC_ACQUIRE))
			continue;
		*ret = slot->kcov;
		return 0;
	}
	return -EAGAIN;
}

/*
 * Whether a device that another thread enabled is free again, since that thread has
 * exited: the kernel looks at the device first and answers EINVAL if it is enabled, and
 * EBUSY only after that, about the calling thread.
 */
static bool kcov_is_free(struct kcov *kcov)
{
	int err = kcov_sys_ioctl(kcov->fd, KCOV_ENABLE, KCOV_TRACE_PC);

	if (!err)
		kcov_sys_ioctl(kcov->fd, KCOV_DISABLE, 0);
	return err != -EINVAL;
}

KCOV_PUBLIC int kcov_pool_give(struct kcov_pool *pool, struct kcov *kcov)
{
	struct kcov_slot *slot = pool->slots;
	const struct kcov_slot *end = slot + pool->n_slots;

	while (slot < end && slot->kcov != kcov)
		slot++;
	if (slot == end || !__atomic_load_n(&slot->taken, __ATOMIC_RELAXED))
		return -EINVAL;
	if (kcov->owner == kcov_self())
		kcov_disable(kcov);
	/* Also if the owner was a thread that is gone and had this one's address. */
	if (kcov->owner && !kcov_is_free(kcov))
		return -EBUSY;
	kcov_forget(kcov);
	__atomic_store_n(&slot->taken, false, __ATOMIC_RELEASE);
	return 0;
}
