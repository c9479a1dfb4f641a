// SPDX-License-Identifier: MIT
#include "buffer.h"

#include "sys.h"

int kcov_buffer_map(struct kcov *kcov)
{
	const size_t page = kcov_sys_page_size();
	const size_t size = kcov->words * sizeof(uint64_t);
	void *region;
	char *area;
	int err;

	err = kcov_sys_reserve(size + 2 * page, &region);
	if (err)
		return err;
	area = (char *)region + page;
	err = kcov_sys_map(kcov->fd, area, size);
	if (err) {
		kcov_sys_unmap(region, size + 2 * page);
		return err;
	}
	kcov->region = region;
	kcov->region_size = size + 2 * page;
	kcov->area = (uint64_t *)(void *)area;
	return 0;
}

void kcov_buffer_unmap(struct kcov *kcov)
{
	kcov_sys_unmap(kcov->region, kcov->region_size);
}

int kcov_buffer_shrink(struct kcov *kcov, size_t words)
{
	int err;

	if (kcov->words <= words)
		return 0;
	/* Still ours, so that kcov_buffer_unmap() takes nobody else's mapping down. */
	err = kcov_sys_unmap_to_reserve(kcov->area + words,
					(kcov->words - words) * sizeof(uint64_t));
	if (err)
		return err;
	kcov->words = words;
	return 0;
}
