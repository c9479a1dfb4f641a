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
	/* The points that each event hit, too; of a whole run, each task within a second or so. */
	RECORDER_SETS,
	/* Instead of sets, all records in their order. */
	RECORDER_ORDER,
};

struct recorder_opts {
	const struct recording *recording;
	/* NULL: nothing is known of any address. */
	const struct kcov_symbolizer *symbolizer;
	enum kcov_mode mode;
	enum recorder_keep keep;
	/* In bytes: with a larger recording, only totals are kept from then on; 0: there is no end.
	 */
	uint64_t max_size;
	/* Which one of several runs of a command it is, from 1 on, and what they are known by; 0
	 * and NULL: it is none. */
	unsigned int repeat;
	const char *series;
	/* What the run is called; the command, and its words, NULL behind the last, or NULL. */
	const char *name;
	const char *command;
	char *const *argv;
	/* "whole", "calls", "fast" or "import". */
	const char *way;
	/* Calls are events, with results. */
	bool has_events;
	/* It ran in another kernel than this one, or in another boot, and where that lay: the file
	 * of a layout, or NULL. */
	bool is_of_another;
	const char *layout;
	/* In entries of the mode. */
	size_t capacity;
};

#endif
