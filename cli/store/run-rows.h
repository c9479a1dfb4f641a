/* SPDX-License-Identifier: MIT */
/* What a recording says of a run as a whole: where it ran, what it was, and how it ended. */
#ifndef KCOVCTL_RUN_ROWS_H
#define KCOVCTL_RUN_ROWS_H

#include "../coverage/totals.h"
#include "recorder-opts.h"

/* The boot that runs, as the kernel names it; "" if it does not. ret has room for size. */
void run_rows_boot(char *ret, size_t size);

/* A name that nothing else has. ret has room for size. */
void run_rows_uuid(char *ret, size_t size);

/* A run that begins. A result code of SQLite, and *ret is its row. */
int run_rows_begin(const struct recorder_opts *opts, const char *boot, sqlite3_int64 *ret);

/*
 * Where the kernel lies, if it is this one, for which all of /proc/kallsyms may have to be read:
 * while the run goes on. As above.
 */
int run_rows_find_layout(const struct recorder_opts *opts, sqlite3_int64 run);

/* How much of it is written. */
int run_rows_go_on(const struct recording *recording, sqlite3_int64 run, uint64_t records);

/* Records in order, sets and events end here: only totals go on. */
int run_rows_end_order(const struct recording *recording, sqlite3_int64 run);

/* How a run ended. */
struct run_end {
	const struct totals *totals;
	/* Its first process, and what kcovctl exits with. */
	pid_t pid;
	int status;
	/* Records that are no comparisons, and should be. */
	uint64_t damaged;
	/* By which addresses were looked up, or NULL. */
	const struct kcov_symbolizer *symbolizer;
	/* What speaks against it that all of it is there: bits of enum kcov_drain_doubt, and
	 * whether a buffer had no room. */
	unsigned int doubts;
	bool is_full;
	/* Whether that can be known: who collected them was not kcovctl. */
	bool is_known;
};

/* A result code of SQLite. */
int run_rows_end(const struct recording *recording, sqlite3_int64 run, const struct run_end *end);

#endif
