// SPDX-License-Identifier: MIT
#include "../internal.h"
#include "hash.h"

#include <errno.h>
#include <kcov/feedback.h>
#include <string.h>

static bool is_same(const struct kcov_cmp *a, const struct kcov_cmp *b)
{
	return a->arg1 == b->arg1 && a->arg2 == b->arg2 && a->size == b->size &&
	       a->is_const == b->is_const;
}

/*
 * Where in a table an operand belongs that is the first of its kind; NULL if it is not.
 * An unused slot is 0, another one the index of an operand, from 1 on. The table has
 * more slots than there are operands.
 */
static uint64_t *slot_of(uint64_t *slots, size_t n_slots, const struct kcov_cmp *operands,
			 const struct kcov_cmp *cmp)
{
	const uint64_t key =
		kcov_hash(cmp->arg1) ^ cmp->arg2 ^ (uint64_t)(cmp->size << 1 | cmp->is_const) << 56;
	size_t slot = kcov_hash_slot(key, n_slots);

	while (slots[slot]) {
		if (is_same(&operands[slots[slot] - 1], cmp))
			return NULL;
		if (++slot == n_slots)
			slot = 0;
	}
	return &slots[slot];
}

KCOV_PUBLIC int kcov_operands(const struct kcov_cmps *cmps, uint64_t *scratch,
			      struct kcov_cmp *operands, size_t *ret)
{
	const size_t n_slots = 2 * cmps->count;
	size_t n = 0;

	memset(scratch, 0, n_slots * sizeof(*scratch));
	for (size_t i = 0; i < cmps->count; i++) {
		struct kcov_cmp cmp;
		uint64_t *slot;

		if (kcov_cmp_decode(cmps, i, &cmp))
			return -EBADMSG;
		if (cmp.arg1 == cmp.arg2)
			continue;
		slot = slot_of(scratch, n_slots, operands, &cmp);
		if (!slot)
			continue;
		operands[n++] = cmp;
		*slot = n;
	}
	*ret = n;
	return 0;
}
