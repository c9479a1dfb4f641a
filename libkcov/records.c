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
	const size_t capacity = kcov_words_to_entries(kcov->words, mode);
	const uint64_t *area;
	size_t count;

	if (!kcov_is_mode(mode) || (kcov->mode_known && kcov->mode != mode))
		return -EINVAL;
	area = kcov_area(kcov);
	count = kcov_area_count(area, capacity);
	*ret = (struct kcov_records){
		.kind = &kcov_record_kinds[mode],
		.records = area + 1,
		.count = count,
		.full = count == capacity,
	};
	return 0;
}
