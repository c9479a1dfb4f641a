// SPDX-License-Identifier: MIT
#include "../internal.h"
#include "hash.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <string.h>

/* An unused slot is 0; whether the value 0 is there has a field of its own. */

KCOV_PUBLIC int kcov_signal_init(uint64_t *slots, size_t n_slots, struct kcov_signal *ret)
{
	if (!n_slots || n_slots & (n_slots - 1))
		return -EINVAL;
	memset(slots, 0, n_slots * sizeof(*slots));
	*ret = (struct kcov_signal){ .slots = slots, .n_slots = n_slots };
	return 0;
}

/* Where a value other than 0 is, or would be. */
static inline uint64_t *slot_of(const struct kcov_signal *signal, uint64_t value)
{
	size_t slot = kcov_hash_slot(value, signal->n_slots);

	while (signal->slots[slot] && signal->slots[slot] != value)
		slot = (slot + 1) & (signal->n_slots - 1);
	return &signal->slots[slot];
}

static inline bool has(const struct kcov_signal *signal, uint64_t value)
{
	return value ? *slot_of(signal, value) == value : signal->has_zero;
}

KCOV_PUBLIC size_t kcov_signal_missing(const struct kcov_signal *signal, const uint64_t *values,
				       size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += !has(signal, values[i]);
	return n;
}

/* How many more a signal takes. */
static size_t room_of(const struct kcov_signal *signal)
{
	return signal->n_slots - (signal->n_slots + 3) / 4 - signal->count;
}

static inline bool add(struct kcov_signal *signal, uint64_t value)
{
	if (value) {
		uint64_t *slot = slot_of(signal, value);

		if (*slot)
			return false;
		*slot = value;
	} else {
		if (signal->has_zero)
			return false;
		signal->has_zero = true;
	}
	signal->count++;
	return true;
}

KCOV_PUBLIC int kcov_signal_add(struct kcov_signal *signal, const uint64_t *values, size_t count,
				uint64_t *fresh, size_t *ret)
{
	const size_t room = room_of(signal);
	size_t n = 0;

	/* The count alone mostly tells that they fit. */
	if (count > room && kcov_signal_missing(signal, values, count) > room)
		return -ENOSPC;
	for (size_t i = 0; i < count; i++) {
		const uint64_t value = values[i];

		if (!add(signal, value))
			continue;
		if (fresh)
			fresh[n] = value;
		n++;
	}
	*ret = n;
	return 0;
}

KCOV_PUBLIC int kcov_signal_copy(const struct kcov_signal *from, struct kcov_signal *to)
{
	const size_t room = room_of(to);
	size_t missing = from->has_zero && !to->has_zero;

	if (from->count > room) {
		for (size_t i = 0; i < from->n_slots; i++)
			missing += from->slots[i] && !has(to, from->slots[i]);
		if (missing > room)
			return -ENOSPC;
	}
	if (from->has_zero)
		add(to, 0);
	for (size_t i = 0; i < from->n_slots; i++)
		if (from->slots[i])
			add(to, from->slots[i]);
	return 0;
}
