/* SPDX-License-Identifier: MIT */
/* An input as a run of a recording: a reader for each kind. */
#ifndef KCOVCTL_IMPORT_RUN_H
#define KCOVCTL_IMPORT_RUN_H

#include "../store/recording.h"
#include "input.h"

#include <kcov/symbolize.h>

enum import_addresses {
	IMPORT_ANY,
	/* Behind the calls that coverage points are, as KCOV records them. */
	IMPORT_RETURN,
	/* Of these calls, as syzkaller has them. */
	IMPORT_CALL,
};

struct import_run {
	const struct recording *recording;
	const struct kcov_symbolizer *symbolizer;
	/* As struct recorder_opts has them. */
	bool is_of_another;
	const char *layout;
	/* NULL: the input's path. */
	const char *name;
	/* What PCs are. */
	enum import_addresses addresses;
	struct input *input;
};

/* 0, or -1, and why was told. */
int import_pcs(const struct import_run *import);
int import_json(const struct import_run *import);

#endif
