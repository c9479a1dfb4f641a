// SPDX-License-Identifier: MIT
#include "protect.h"

#include <errno.h>

KCOV_PUBLIC int kcov_pcs_decode(const uint64_t *area, size_t words, struct kcov_pcs *ret)
{
	if (words < 2)
		return -EINVAL;
	ret->pcs = area + 1;
	ret->count = kcov_area_records(area, words, KCOV_MODE_PC, &ret->full);
	return 0;
}

KCOV_PUBLIC int kcov_pcs(const struct kcov *kcov, struct kcov_pcs *ret)
{
	if (kcov->mode_known && kcov->mode != KCOV_MODE_PC)
		return -EINVAL;
	return kcov_pcs_decode(kcov_area(kcov), kcov->words, ret);
}
