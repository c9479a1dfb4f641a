// SPDX-License-Identifier: MIT
#include "protect.h"
#include "uapi.h"

#include <errno.h>

KCOV_PUBLIC int kcov_cmps_decode(const uint64_t *area, size_t words, struct kcov_cmps *ret)
{
	const size_t capacity = kcov_words_to_entries(words, KCOV_MODE_CMP);
	size_t count;

	if (words < 1)
		return -EINVAL;
	count = kcov_area_count(area, capacity);
	*ret = (struct kcov_cmps){ .records = area + 1, .count = count, .full = count == capacity };
	return 0;
}

KCOV_PUBLIC int kcov_cmps(const struct kcov *kcov, struct kcov_cmps *ret)
{
	if (kcov->mode_known && kcov->mode != KCOV_MODE_CMP)
		return -EINVAL;
	return kcov_cmps_decode(kcov_area(kcov), kcov->words, ret);
}

KCOV_PUBLIC int kcov_cmp_decode(const struct kcov_cmps *cmps, size_t index, struct kcov_cmp *ret)
{
	const uint64_t *record;
	uint64_t type;

	if (index >= cmps->count)
		return -ERANGE;
	record = cmps->records + index * KCOV_CMP_WORDS;
	type = record[0];
	if (type & ~(uint64_t)(KCOV_CMP_MASK | KCOV_CMP_CONST))
		return -EBADMSG;
	*ret = (struct kcov_cmp){
		.arg1 = record[1],
		.arg2 = record[2],
		.ip = record[3],
		.size = (uint8_t)(1u << ((type & KCOV_CMP_MASK) >> 1)),
		.is_const = type & KCOV_CMP_CONST,
	};
	return 0;
}
