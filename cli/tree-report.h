/* SPDX-License-Identifier: MIT */
/* The call tree of each call of a recording. */
#ifndef KCOVCTL_TREE_REPORT_H
#define KCOVCTL_TREE_REPORT_H

#include "run/images.h"
#include "store/recording.h"

#include <stdint.h>
#include <stdio.h>

struct tree_report {
	/* What is deeper is left out. */
	uint32_t max_depth;
	bool is_json;
	/* Arguments without their names. */
	bool with_raw_args;
	const struct images *images;
	FILE *out;
};

/* 0, or the status to exit with, and why was told. */
int tree_report(const struct recording *recording, const struct tree_report *wanted);

#endif
