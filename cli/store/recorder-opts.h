/* SPDX-License-Identifier: MIT */
/* What a run is that becomes a recording. */
#ifndef KCOVCTL_RECORDER_OPTS_H
#define KCOVCTL_RECORDER_OPTS_H

#include "recording.h"

#include <kcov/kcov.h>
#include <kcov/symbolize.h>

/* How much is kept. */
enum recorder_keep {
	/* Points and how often they were hit, in all and by calls of a name. */
	RECORDER_TOTALS,
	/* All records in their order, too. */
	RECORDER_ORDER,
};

struct recorder_opts {
	const struct recording *recording;
	/* NULL: nothing is known of any address. */
	const struct kcov_symbolizer *symbolizer;
	enum kcov_mode mode;
	enum recorder_keep keep;
	/* What the run is called; the command, and its words, NULL behind the last, or NULL. */
	const char *name;
	const char *command;
	char *const *argv;
	/* "whole", "calls", "fast" or "import". */
	const char *way;
	/* Calls are events, with results. */
	bool has_events;
	/* In entries of the mode. */
	size_t capacity;
};

#endif
