// SPDX-License-Identifier: MIT
#include "pc-kinds.h"

int pc_kinds_add(struct pc_kinds *kinds, const struct kcov_location *before)
{
	int point = kcov_location_point(before), call;

	if (point < 0 || point == KCOV_POINT_UNKNOWN)
		return point < 0 ? point : 0;
	if (point != KCOV_POINT_NONE) {
		kinds->n++;
		kinds->n_points++;
		return 0;
	}
	call = kcov_location_call_site(before);
	if (call < 0)
		return call;
	kinds->n++;
	kinds->n_calls += call != KCOV_POINT_NONE;
	return 0;
}
