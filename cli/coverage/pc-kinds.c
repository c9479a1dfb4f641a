// SPDX-License-Identifier: MIT
#include "pc-kinds.h"

int pc_kind_of(const struct kcov_location *before)
{
	int point = kcov_location_point(before), call;

	if (point < 0)
		return point;
	if (point == KCOV_POINT_UNKNOWN)
		return PC_UNKNOWN;
	if (point != KCOV_POINT_NONE)
		return PC_BEHIND_POINT;
	call = kcov_location_call_site(before);
	if (call < 0)
		return call;
	return call == KCOV_POINT_NONE ? PC_OTHER : PC_AT_POINT;
}

void pc_kinds_count(struct pc_kinds *kinds, enum pc_kind kind)
{
	kinds->n += kind != PC_UNKNOWN;
	kinds->n_points += kind == PC_BEHIND_POINT;
	kinds->n_calls += kind == PC_AT_POINT;
}

int pc_kinds_add(struct pc_kinds *kinds, const struct kcov_location *before)
{
	int kind = pc_kind_of(before);

	if (kind < 0)
		return kind;
	pc_kinds_count(kinds, (enum pc_kind)kind);
	return 0;
}
