// SPDX-License-Identifier: MIT
#include "protect.h"
#include "record-kinds.h"

#include <errno.h>

KCOV_PUBLIC const struct kcov_record_kind *kcov_record_kind(enum kcov_mode mode)
{
	return kcov_is_mode(mode) ? &kcov_record_kinds[mode] : NULL;
}

KCOV_PUBLIC int kcov_records(const struct kcov *kcov, enum kcov_mode mode, struct kcov_records *ret)
{
	const uint64_t *area;

	if (!kcov_is_mode(mode) || (kcov->mode_known && kcov->mode != mode))
		return -EINVAL;
	area = kcov_area(kcov);
	ret->kind = &kcov_record_kinds[mode];
	ret->records = area + 1;
	ret->count = kcov_area_records(area, kcov->words, mode, &ret->full);
	return 0;
}
