/* SPDX-License-Identifier: MIT */
/* Why a call failed, by its PCs alone. */
#ifndef KCOVCTL_REASON_H
#define KCOVCTL_REASON_H

#include "../coverage/finding.h"
#include "call-path.h"

struct reason_question {
	/* Of the call, as PCs of the image. */
	const uint64_t *pcs;
	size_t n;
	/* Whether they are all of it. */
	bool is_complete;
	/* Of the system call; NULL: not known. */
	const char *name;
	int64_t result;
};

/*
 * 0, or -ENODATA: none of the PCs is of this code, or none is of a system call; -E2BIG: it cannot
 * be followed within the bounds of call-path.h; -ENOMEM.
 */
int reason_find(struct code_blocks *blocks, const struct reason_question *question,
		struct finding *ret);

#endif
