/* SPDX-License-Identifier: MIT */
/* The code of the kernel that a recording is of, and what its addresses are called. */
#ifndef KCOVCTL_RECORDED_CODE_H
#define KCOVCTL_RECORDED_CODE_H

#include "analyse/code-blocks.h"
#include "coverage/places.h"
#include "run/images.h"
#include "store/recording.h"

struct recorded_code {
	struct code_image image;
	struct code_blocks blocks;
	struct places places;
};

/*
 * Whether each of the chosen runs has calls with results, and PCs. what: what that is for. 0 or -1,
 * told.
 */
int recorded_code_check(const struct recording *recording, const char *what);

/* Find it, and ask by it. What ask() returns, or EXIT_USAGE, told. */
int recorded_code_use(const struct recording *recording, const struct images *given,
		      int (*ask)(void *context, struct recorded_code *code), void *context);

/* Why a call cannot be followed, by what analyse/ failed with. */
const char *recorded_code_cause(int err);

#endif
