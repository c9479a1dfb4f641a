// SPDX-License-Identifier: MIT
#include "sections.h"

#include "../base/cleanup.h"

#include <string.h>

bool kcov_section_is_init(const char *name)
{
	return strncmp(name, ".init", strlen(".init")) == 0;
}

int kcov_sections_index(struct kcov_sections *sections)
{
	_cleanup_(kcov_ranges_fini) struct kcov_ranges sorted = {};

	for (size_t i = 0; i < sections->ranges.n; i++) {
		const struct kcov_range *range = &sections->ranges.at[i];
		int rc = kcov_ranges_add(&sorted, range->low, range->high, i);

		if (rc < 0)
			return rc;
	}
	return kcov_steps_init(&sorted, &sections->by_address);
}

void kcov_sections_fini(struct kcov_sections *sections)
{
	kcov_ranges_fini(&sections->ranges);
	kcov_steps_fini(&sections->by_address);
}

const struct kcov_range *kcov_sections_find(const struct kcov_sections *sections, uint64_t address)
{
	uint64_t i = kcov_steps_find(&sections->by_address, address);

	return i == KCOV_STEP_NONE ? NULL : &sections->ranges.at[i];
}
