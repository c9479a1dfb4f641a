/* SPDX-License-Identifier: MIT */
/* Whether PCs are what KCOV records: addresses behind the calls that coverage points are. */
#ifndef KCOVCTL_PC_KINDS_H
#define KCOVCTL_PC_KINDS_H

#include <kcov/symbolize.h>
#include <stddef.h>

struct pc_kinds {
	/* Of images whose coverage points are known. */
	size_t n;
	/* Of those, behind a coverage point. */
	size_t n_points;
	/* Of the others, where the call of one begins, to which other tools move PCs. */
	size_t n_calls;
};

enum pc_kind {
	/* Its image's coverage points are not known. */
	PC_UNKNOWN,
	PC_BEHIND_POINT,
	PC_AT_POINT,
	PC_OTHER,
};

/* before: where the byte before a PC is. Of enum pc_kind, or what failed in kcov_location_point().
 */
int pc_kind_of(const struct kcov_location *before);

void pc_kinds_count(struct pc_kinds *kinds, enum pc_kind kind);

/* Both of these. 0, or what failed. */
int pc_kinds_add(struct pc_kinds *kinds, const struct kcov_location *before);

#endif
