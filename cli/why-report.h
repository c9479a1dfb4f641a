/* SPDX-License-Identifier: MIT */
/* Why calls of a recording failed. */
#ifndef KCOVCTL_WHY_REPORT_H
#define KCOVCTL_WHY_REPORT_H

#include "render/why-answer.h"
#include "run/images.h"
#include "store/recording.h"
#include "syscalls/call-filter.h"

#include <stdio.h>

/* Which calls that failed, and how they are written. */
struct why_report {
	/* 0: any. */
	uint64_t number;
	int error;
	/* NULL: any. */
	const struct call_filter *calls;
	/* All of them in full; else a line for each kind, and the last one in full, if nothing is
	 * chosen. */
	bool is_all;
	bool is_json;
	/* Arguments without their names. */
	bool with_raw_args;
	const struct images *images;
	FILE *out;
	const char *output;
};

/* Whether kcovctl was built with what reads code. */
bool why_report_is_there(void);

/* 0, or the status to exit with, and why was told. */
int why_report(const struct recording *recording, const struct why_report *wanted);

#endif
