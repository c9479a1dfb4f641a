/* SPDX-License-Identifier: MIT */
#ifndef KCOV_INTERNAL_H
#define KCOV_INTERNAL_H

#include "record-kinds.h"

#include <kcov/kcov.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Everything is hidden but what the header declares and the version map exports. */
#define KCOV_PUBLIC __attribute__((visibility("default")))

struct kcov {
	int fd;
	/* Whether mode says what the buffer holds. */
	bool mode_known;
	enum kcov_mode mode;
	/* Never KCOV_PROTECT_AUTO. */
	enum kcov_protection protection;
	int pkey;
	/* The buffer, shared with the kernel, in words of 8 bytes. */
	uint64_t *area;
	size_t words;
	/* All addresses that are ours: the buffer and the pages around it. */
	void *region;
	size_t region_size;
	/* Who enabled it through this object and did not disable it: kcov_self() or NULL. */
	const void *owner;
	/* Of the last kcov_enable_remote(), for as long as it lasts; 0 for none. */
	uint64_t common_handle;
	uint32_t area_size;
};

/* What tells the calling thread from every other live one, without a system call. */
const void *kcov_self(void);

/* What a device was enabled for, by whom and how, before its next use. */
static inline void kcov_forget(struct kcov *kcov)
{
	kcov->mode = KCOV_MODE_PC;
	kcov->mode_known = false;
	kcov->owner = NULL;
	kcov->common_handle = 0;
	kcov->area_size = 0;
}

/*
 * The count of a buffer, no larger than limit. User space and a fuzzed system call
 * can write there, so nothing larger is believed. What the count covers is read
 * after it.
 */
static inline size_t kcov_area_count(const uint64_t *area, size_t limit)
{
#if UINTPTR_MAX > UINT32_MAX
	uint64_t count = __atomic_load_n(area, __ATOMIC_ACQUIRE);
#else
	/* A 32-bit process has no cheap 64-bit load; a true count fits the low half. */
	const uint32_t *half = (const uint32_t *)(const void *)area;
	const int low = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	uint64_t count = __atomic_load_n(&half[low], __ATOMIC_ACQUIRE);

	count |= (uint64_t)__atomic_load_n(&half[!low], __ATOMIC_RELAXED) << 32;
#endif
	return count < limit ? (size_t)count : limit;
}

/* How many records of a mode a buffer of so many words holds, and whether there is no more room. */
static inline size_t kcov_area_records(const uint64_t *area, size_t words, enum kcov_mode mode,
				       bool *full)
{
	const size_t capacity = kcov_words_to_entries(words, mode);
	const size_t count = kcov_area_count(area, capacity);

	*full = count == capacity;
	return count;
}

static inline void kcov_area_reset(uint64_t *area)
{
#if UINTPTR_MAX > UINT32_MAX
	__atomic_store_n(area, 0, __ATOMIC_RELAXED);
#else
	*(volatile uint64_t *)area = 0;
#endif
}

#endif
