/* SPDX-License-Identifier: MIT */
/* How kcov_drain() gets at what the kernel stores meanwhile; its unit test has others. */
#ifndef KCOV_DRAIN_ATOMICS_H
#define KCOV_DRAIN_ATOMICS_H

#include "sys.h"

#if UINTPTR_MAX > UINT32_MAX

static inline uint64_t drain_load(const uint64_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static inline uint64_t drain_exchange(uint64_t *at, uint64_t value)
{
	return __atomic_exchange_n(at, value, __ATOMIC_ACQ_REL);
}

static inline void drain_store(uint64_t *at, uint64_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELAXED);
}

#else

/* kcov_drain() refuses before it comes to these: not every 32-bit processor has the others. */
static inline uint64_t drain_load(const uint64_t *at)
{
	return *at;
}

static inline uint64_t drain_exchange(uint64_t *at, uint64_t value)
{
	const uint64_t old = *at;

	*at = value;
	return old;
}

static inline void drain_store(uint64_t *at, uint64_t value)
{
	*at = value;
}

#endif

static inline void drain_fence(void)
{
#ifndef __SANITIZE_THREAD__
	/* Which gcc's thread sanitizer does not know, and warns of. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/* What the task stored before the count that was just read can be seen from here on. */
static inline int drain_barrier(void)
{
#if defined(__x86_64__) || defined(__s390x__)
	return 0;
#else
	/* The kernel keeps the compiler from changing the order of its stores, and nothing else. */
	return kcov_sys_barrier();
#endif
}

#endif
