// SPDX-License-Identifier: MIT
#include "protect.h"
#include "uapi.h"

#include <errno.h>

KCOV_PUBLIC int kcov_cmps_decode(const uint64_t *area, size_t words, struct kcov_cmps *ret)
{
	if (words < 1)
		return -EINVAL;
	ret->records = area + 1;
	ret->count = kcov_area_records(area, words, KCOV_MODE_CMP, &ret->full);
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
