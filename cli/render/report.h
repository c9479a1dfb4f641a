/* SPDX-License-Identifier: MIT */
/*
 * What one run recorded, or one event of it, and the ways to write it down. A writer returns 0 or
 * -errno; whether the stream took everything is for the caller to check.
 */
#ifndef KCOVCTL_REPORT_H
#define KCOVCTL_REPORT_H

#include "../blind.h"

#include <kcov/kcov.h>
#include <kcov/symbolize.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

/* What a task did, of a report that is about that alone. */
struct report_event {
	enum report_kind {
		REPORT_CALL,
		/* Between two calls. */
		REPORT_BETWEEN,
		/* Its end. */
		REPORT_EXIT,
		/* All that it did. */
		REPORT_TASK,
	} kind;
	pid_t pid;
	pid_t tid;
	struct timespec start;
	bool is_covered;
	/* Of a call, or the one that it was in when it came to its end. */
	bool has_call;
	/* NULL: it has no name that we know. */
	const char *arch;
	const char *name;
	uint64_t number;
	uint64_t args[6];
	int64_t result;
	bool is_error;
};

/* All calls of one name, of a report that is about those alone. */
struct report_call {
	/* "" for what came before a task's first call. */
	const char *name;
	uint64_t calls;
	/* They are no calls, but ends of tasks. */
	bool is_end;
};

/* Which tasks a report is about. */
struct report_tasks {
	/* Only one thread, whatever others there were: "first" or "this"; NULL: all. */
	const char *only;
	size_t n;
	size_t not_covered;
	/* Of drained ones: which may have lost records; which may have some twice, or disordered.
	 */
	size_t full;
	size_t uncertain;
	struct blind blind;
};

struct denominators;

struct report {
	/* The command's name, and its first thread. */
	const char *command;
	pid_t pid;
	enum kcov_mode mode;
	/* One of them, by mode. */
	struct kcov_pcs pcs;
	struct kcov_cmps cmps;
	/* How often each came; NULL: once, since they are in the order in which they came. */
	const uint64_t *hits;
	/* Both NULL: the report is of a whole run. */
	const struct report_event *event;
	const struct report_call *call;
	/* Of a whole run; NULL: nothing is said of them here. */
	const struct report_tasks *tasks;
	/* Bits of enum kcov_drain_doubt. */
	unsigned int drain_doubts;
	/* In entries of the mode. */
	size_t capacity;
	/*
	 * Of remote records: the handles that they came by, and enum kcov_doubt. NULL
	 * for what the command ran itself.
	 */
	const uint64_t *handles;
	size_t n_handles;
	unsigned int doubts;
	/* NULL for the formats that show addresses only. */
	struct kcov_symbolizer *symbolizer;
	/* For counting the coverage points that there are, besides those that ran; NULL: none are.
	 */
	struct denominators *denominators;
	/* What failed in the symbolizer, for a writer that returns an error. */
	struct kcov_symbolize_error *error;
};

struct report_format {
	const char *name;
	bool needs_symbols;
	/* Whether the order of the records matters to it. */
	bool is_ordered;
	int (*write)(struct report *report, FILE *out);
};

/* Ends with one without a name; the first is the default. */
extern const struct report_format report_formats[];

int report_write_functions(struct report *report, FILE *out);
int report_write_trace(struct report *report, FILE *out);
int report_write_raw(struct report *report, FILE *out);
int report_write_json(struct report *report, FILE *out);

/* Of entries, and of what was recorded, which is more if they are counted. */
size_t report_count(const struct report *report);
uint64_t report_total(const struct report *report);
uint64_t report_hits(const struct report *report, size_t index);
bool report_is_full(const struct report *report);

/* Whether nothing speaks against it that these are all records. */
bool report_is_complete(const struct report *report);

/* The address of an entry as it was recorded: a return address, in both modes. */
uint64_t report_address(const struct report *report, size_t index);

/*
 * A comparison, or false: the buffer holds something else there (user space wrote
 * to it). Such entries are left out and counted.
 */
bool report_cmp(const struct report *report, size_t index, struct kcov_cmp *ret);

size_t report_count_damaged(const struct report *report);

/* "complete" or what speaks against it, and what to do about it. */
void report_write_completeness(const struct report *report, FILE *out);

/* The lines that the text formats begin with; of an event, one. */
struct located;
void report_write_header(const struct report *report, const struct located *located, FILE *out);

/* What an event's line begins with: its task, and the call with its arguments and its result. */
void report_write_event(const struct report_event *event, FILE *out);

/* Which tasks it is about, and what may be missing of them, in lines. */
void report_write_tasks(const struct report_tasks *tasks, FILE *out);

/* What the symbols are from, and which points are left out, a line each. */
void report_write_source(const struct report *report, FILE *out);

#endif
