/* SPDX-License-Identifier: MIT */
/* Which of a function's conditions chose the number that it returned. */
#ifndef KCOVCTL_DECIDERS_H
#define KCOVCTL_DECIDERS_H

#include "other-ways.h"
#include "value-origin.h"

enum {
	DECIDERS_MAX = 6,
	NO_STEP = UINT32_MAX,
};

struct deciders {
	/* The frame that made the number, and where. */
	uint32_t frame;
	/* The last condition that could have led elsewhere; NO_STEP: there is none. */
	uint32_t check;
	/* It would have been another error. */
	bool is_weak;
	/* Others, the last first. */
	uint32_t weak[DECIDERS_MAX];
	size_t n_weak;
	uint32_t strong[DECIDERS_MAX];
	size_t n_strong;
};

/* For what came from an origin. */
void deciders_find(struct code_blocks *blocks, struct symbolic *symbolic,
		   const struct value_origin *origin, int64_t number, struct deciders *ret);

#endif
