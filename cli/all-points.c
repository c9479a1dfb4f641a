// SPDX-License-Identifier: MIT
#include "all-points.h"

int all_points(const struct kcov_symbolizer *symbolizer, const char *image, enum kcov_point kind,
	       int (*each)(void *context, const uint64_t *pcs, size_t n), void *context)
{
	uint64_t pcs[4096], from = 0;
	const int room = sizeof(pcs) / sizeof(*pcs);
	int n, rc;

	do {
		n = kcov_symbolizer_points(symbolizer, image, kind, from, pcs, (size_t)room);
		if (n <= 0)
			return n;
		rc = each(context, pcs, (size_t)n);
		if (rc)
			return rc;
		from = pcs[n - 1] + 1;
	} while (n == room && from);
	return 0;
}
