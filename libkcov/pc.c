// SPDX-License-Identifier: MIT
#include "protect.h"

#include <errno.h>

KCOV_PUBLIC int kcov_pcs_decode(const uint64_t *area, size_t words, struct kcov_pcs *ret)
{
	const size_t capacity = kcov_words_to_entries(words, KCOV_MODE_PC);
	size_t count;

	if (words < 2)
		return -EINVAL;
	count = kcov_area_count(area, capacity);
	*ret = (struct kcov_pcs){ .pcs = area + 1, .count = count, .full = count == capacity };
	return 0;
}

KCOV_PUBLIC int kcov_pcs(const struct kcov *kcov, struct kcov_pcs *ret)
{
	if (kcov->mode_known && kcov->mode != KCOV_MODE_PC)
		return -EINVAL;
	return kcov_pcs_decode(kcov_area(kcov), kcov->words, ret);
}
